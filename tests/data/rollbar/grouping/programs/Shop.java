// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Fails in many ways; writes a report of each failure, a line of JSON. args: rounds. */
public final class Shop {
  static final Random DICE = new Random(7);

  static class OutOfStock extends RuntimeException {
    OutOfStock(String message, Throwable cause) { super(message, cause); }
  }

  record Order(String id, List<String> lines) {}

  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : String.valueOf(text).toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }

  static String trace(Throwable thrown) {
    List<String> frames = new ArrayList<>();
    for (StackTraceElement frame : thrown.getStackTrace()) {
      frames.add(String.format("{\"filename\":%s,\"lineno\":%d,\"method\":%s,\"class_name\":%s}",
          quote(frame.getFileName()), frame.getLineNumber(), quote(frame.getMethodName()),
          quote(frame.getClassName())));
    }
    Collections.reverse(frames);
    return String.format("{\"frames\":[%s],\"exception\":{\"class\":%s,\"message\":%s}}",
        String.join(",", frames), quote(thrown.getClass().getName()), quote(thrown.getMessage()));
  }

  static void report(String label, Throwable thrown) {
    List<String> traces = new ArrayList<>();
    for (Throwable each = thrown; each != null; each = each.getCause()) traces.add(trace(each));
    System.out.printf("{\"environment\":\"production\",\"language\":\"java\",\"body\":"
        + "{\"trace_chain\":[%s]},\"custom\":{\"label\":%s}}%n",
        String.join(",", traces), quote("java " + label));
  }

  static int quantity(String text) { return Integer.parseInt(text); }
  static String first(Order order) { return order.lines().get(0); }
  static int length(String text) { return text.length(); }

  static int depth(Order order, int left) {
    return left == 0 ? length(order.id()) : depth(order, left - 1);
  }

  static Object pay(String card) {
    throw new IllegalStateException("card " + card + " declined");
  }

  static Object refund() { throw new IllegalStateException("declined"); }
  static Object settle() { throw new IllegalStateException("declined"); }

  static Object ship(int order) {
    try {
      return quantity("x" + order);
    } catch (NumberFormatException cause) {
      throw new OutOfStock("order " + order, cause);
    }
  }

  static Object shipGift(int order) {
    try {
      return length(null);
    } catch (NullPointerException cause) {
      throw new OutOfStock("order " + order, cause);
    }
  }

  static Map<String, Callable<Object>> cases() {
    Map<String, Callable<Object>> cases = new TreeMap<>();
    /*deploy*/
    cases.put("quantity", () -> quantity("n" + DICE.nextInt(9999)));
    cases.put("empty", () -> first(new Order(UUID.randomUUID().toString(), List.of())));
    cases.put("depth", () -> depth(new Order(null, List.of()), DICE.nextInt(12)));
    cases.put("pay", () -> pay(String.valueOf(1000 + DICE.nextInt(8999))));
    cases.put("refund", Shop::refund);
    cases.put("settle", Shop::settle);
    cases.put("ship", () -> ship(DICE.nextInt(9999)));
    cases.put("gift", () -> shipGift(DICE.nextInt(9999)));
    cases.put("file", () -> Files.readString(Path.of("/tmp/shop-" + DICE.nextInt(9999) + "/a")));
    cases.put("cast", () -> (Integer) (Object) ("id-" + DICE.nextInt(9999)));
    cases.put("stream", () -> Stream.of("1", "n" + DICE.nextInt(99)).map(Shop::quantity).toList());
    cases.put("sorted", () -> new ArrayList<>(List.of(1, 2)).subList(0, 3 + DICE.nextInt(9)));
    cases.put("future", () -> CompletableFuture.supplyAsync(() -> length(null)).join());
    return cases;
  }

  public static void main(String[] args) throws IOException {
    for (int round = 0; round < Integer.parseInt(args[0]); ++round) {
      cases().forEach((label, run) -> {
        try {
          run.call();
        } catch (Throwable thrown) {
          report(label, thrown);
        }
      });
    }
  }
}
