// SPDX-License-Identifier: Apache-2.0
#include "protocols/honeycomb/formula_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace tracery::honeycomb {
namespace {

using query::FormulaNode;
using query::FormulaOp;

constexpr std::size_t kBytesMax = 4'095;
/// Of parentheses, calls and "!": what nests in the parser nests in its stack.
constexpr int kNestingMax = 64;
constexpr std::size_t kAnyNumber = 100;

struct Function {
  std::string_view name;
  FormulaOp op;
  std::size_t arguments_min;
  std::size_t arguments_max;
  bool swaps = false;  ///< a > b is b < a.
};

constexpr std::array kFunctions = {
    Function{"IF", FormulaOp::kIf, 2, kAnyNumber},
    Function{"COALESCE", FormulaOp::kCoalesce, 1, kAnyNumber},
    Function{"EXISTS", FormulaOp::kExists, 1, 1},
    Function{"NOT", FormulaOp::kNot, 1, 1},
    Function{"AND", FormulaOp::kAnd, 1, kAnyNumber},
    Function{"OR", FormulaOp::kOr, 1, kAnyNumber},
    Function{"LT", FormulaOp::kLess, 2, 2},
    Function{"LTE", FormulaOp::kLessEqual, 2, 2},
    Function{"GT", FormulaOp::kLess, 2, 2, true},
    Function{"GTE", FormulaOp::kLessEqual, 2, 2, true},
    Function{"EQUALS", FormulaOp::kEqual, 2, 2},
    Function{"MIN", FormulaOp::kMin, 1, kAnyNumber},
    Function{"MAX", FormulaOp::kMax, 1, kAnyNumber},
    Function{"SUM", FormulaOp::kAdd, 1, kAnyNumber},
    Function{"SUB", FormulaOp::kSubtract, 2, 2},
    Function{"MUL", FormulaOp::kMultiply, 1, kAnyNumber},
    Function{"DIV", FormulaOp::kDivide, 2, 2},
    Function{"MOD", FormulaOp::kRemainder, 2, 2},
    Function{"LOG10", FormulaOp::kLog10, 1, 1},
    Function{"FLOOR", FormulaOp::kFloor, 1, 1},
    Function{"CEIL", FormulaOp::kCeiling, 1, 1},
};

struct Infix {
  std::string_view text;
  FormulaOp op;
  bool swaps = false;
  bool negates = false;
};

/// Loosest first; of two that begin alike, the longer one first.
const std::array<std::vector<Infix>, 7> kLevels = {{
    {{"OR", FormulaOp::kOr}},
    {{"AND", FormulaOp::kAnd}},
    {{"!=", FormulaOp::kEqual, false, true}, {"=", FormulaOp::kEqual}},
    {{"<=", FormulaOp::kLessEqual},
     {">=", FormulaOp::kLessEqual, true},
     {"<", FormulaOp::kLess},
     {">", FormulaOp::kLess, true}},
    {{"+", FormulaOp::kAdd}},
    {{"-", FormulaOp::kSubtract}},
    {{"*", FormulaOp::kMultiply}, {"/", FormulaOp::kDivide}, {"%", FormulaOp::kRemainder}},
}};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_name(char c) {
  // Bytes beyond ASCII are parts of letters.
  return is_word(c) || std::string_view("./:=+?-").find(c) != std::string_view::npos ||
         static_cast<unsigned char>(c) >= 0x80;
}

FormulaNode node_of(FormulaOp op, std::vector<FormulaNode> arguments) {
  return {op, 0, 0, std::move(arguments)};
}
FormulaNode node_of(FormulaOp op, FormulaNode argument) {
  std::vector<FormulaNode> arguments;
  arguments.push_back(std::move(argument));
  return node_of(op, std::move(arguments));
}
FormulaNode number_node(double number) { return {FormulaOp::kNumber, number, 0, {}}; }

FormulaNode join(FormulaOp op, FormulaNode left, FormulaNode right, bool swaps) {
  if (swaps) std::swap(left, right);
  std::vector<FormulaNode> both;
  both.push_back(std::move(left));
  both.push_back(std::move(right));
  return node_of(op, std::move(both));
}

class Parser {
 public:
  Parser(std::string_view text, const FindCalculation& find) : text_(text), find_(find) {}

  Result<FormulaNode> parse() {
    skip_blanks();
    if (at_ == text_.size()) return Error{ErrorCode::kInvalid, "empty expression"};
    FormulaNode node = TRACERY_TRY(parse_level(0));
    if (at_ < text_.size()) return unexpected();
    return node;
  }

 private:
  Result<FormulaNode> parse_level(std::size_t level) {
    if (level == kLevels.size()) return parse_unary();
    FormulaNode left = TRACERY_TRY(parse_level(level + 1));
    while (const Infix* infix = take_infix(kLevels[level])) {
      FormulaNode right = TRACERY_TRY(parse_level(level + 1));
      left = join(infix->op, std::move(left), std::move(right), infix->swaps);
      if (infix->negates) left = node_of(FormulaOp::kNot, std::move(left));
    }
    return left;
  }

  Result<FormulaNode> parse_unary() {
    if (!take('!')) return parse_atom();
    TRACERY_TRY(enter());
    FormulaNode argument = TRACERY_TRY(parse_unary());
    --nesting_;
    return node_of(FormulaOp::kNot, std::move(argument));
  }

  Result<FormulaNode> parse_atom() {
    if (at_ == text_.size()) return unexpected();
    const char c = text_[at_];
    if (c == '$') return parse_name();
    if (c == '(') return parse_parentheses();
    if (is_digit(c) || c == '-' || c == '.') return parse_number();
    if (is_letter(c)) return parse_word();
    if (c == '"' || c == '`') {
      return Error{ErrorCode::kInvalid,
                   "formulas take numbers, not text, at position: " + std::to_string(at_)};
    }
    return unexpected();
  }

  Result<FormulaNode> parse_parentheses() {
    TRACERY_TRY(enter());
    take('(');
    FormulaNode inner = TRACERY_TRY(parse_level(0));
    if (!take(')')) return unexpected();
    --nesting_;
    return inner;
  }

  Result<FormulaNode> parse_number() {
    double number = 0;
    const char* const begin = text_.data() + at_;
    const auto [stop, error] = std::from_chars(begin, text_.data() + text_.size(), number);
    if (error != std::errc() || !std::isfinite(number)) return unexpected();
    at_ += static_cast<std::size_t>(stop - begin);
    skip_blanks();
    return number_node(number);
  }

  Result<FormulaNode> parse_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '(') return parse_call(word);
    if (word == "true") return number_node(1);
    if (word == "false") return number_node(0);
    if (word == "null") return FormulaNode{};
    at_ = begin;
    return unexpected();
  }

  Result<FormulaNode> parse_call(std::string_view name) {
    const auto function = std::find_if(kFunctions.begin(), kFunctions.end(),
                                       [&](const Function& one) { return one.name == name; });
    if (function == kFunctions.end()) {
      return Error{ErrorCode::kInvalid, "invalid function: " + std::string(name)};
    }
    TRACERY_TRY(enter());
    std::vector<FormulaNode> arguments = TRACERY_TRY(parse_arguments());
    --nesting_;
    if (arguments.size() < function->arguments_min || arguments.size() > function->arguments_max) {
      return Error{ErrorCode::kInvalid,
                   "wrong number of arguments to function: " + std::string(name)};
    }
    const bool is_fold = function->op == FormulaOp::kAdd || function->op == FormulaOp::kMultiply;
    if (!is_fold) {
      if (function->swaps) std::swap(arguments[0], arguments[1]);
      return node_of(function->op, std::move(arguments));
    }
    FormulaNode folded = std::move(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      folded = join(function->op, std::move(folded), std::move(arguments[i]), false);
    }
    return folded;
  }

  Result<std::vector<FormulaNode>> parse_arguments() {
    std::vector<FormulaNode> arguments;
    take('(');
    while (!take(')')) {
      arguments.push_back(TRACERY_TRY(parse_level(0)));
      if (!take(',') && (at_ == text_.size() || text_[at_] != ')')) return unexpected();
    }
    return arguments;
  }

  Result<FormulaNode> parse_name() {
    const std::size_t begin = at_++;
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    std::string name;
    if (quote == '"' || quote == '`') {
      ++at_;
      while (at_ < text_.size() && text_[at_] != quote) {
        const bool escapes = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size();
        if (escapes) ++at_;
        name += text_[at_++];
      }
      if (at_ == text_.size()) return unexpected();
      ++at_;
    } else {
      while (at_ < text_.size() && is_name(text_[at_])) name += text_[at_++];
    }
    if (name.empty()) {
      at_ = begin;
      return unexpected();
    }
    skip_blanks();
    const auto calculation = find_(name);
    if (!calculation) return Error{ErrorCode::kInvalid, "unknown calculation: " + name};
    return FormulaNode{FormulaOp::kCalculation, 0, *calculation, {}};
  }

  const Infix* take_infix(const std::vector<Infix>& level) {
    const std::string_view rest = text_.substr(at_);
    for (const Infix& infix : level) {
      if (!rest.starts_with(infix.text)) continue;
      const std::size_t end = infix.text.size();
      const bool is_word_part = is_letter(infix.text[0]) && end < rest.size() && is_word(rest[end]);
      if (is_word_part) continue;
      at_ += end;
      skip_blanks();
      return &infix;
    }
    return nullptr;
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    skip_blanks();
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }

  Status enter() {
    if (++nesting_ <= kNestingMax) return {};
    return Error{ErrorCode::kInvalid, "expression is nested too deeply"};
  }

  Error unexpected() const {
    if (at_ >= text_.size()) return Error{ErrorCode::kInvalid, "unexpected end of expression"};
    return Error{ErrorCode::kInvalid, "unexpected '" + std::string(1, text_[at_]) +
                                          "' at position: " + std::to_string(at_)};
  }

  std::string_view text_;
  const FindCalculation& find_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace

Result<FormulaNode> parse_formula(std::string_view text, const FindCalculation& find) {
  if (text.size() > kBytesMax) {
    return Error{ErrorCode::kInvalid,
                 "expression may have at most " + std::to_string(kBytesMax) + " characters"};
  }
  return Parser(text, find).parse();
}

}  // namespace tracery::honeycomb
