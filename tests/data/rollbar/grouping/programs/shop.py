# SPDX-License-Identifier: Apache-2.0
"""Fails in many ways, and reports each failure with pyrollbar. argv: endpoint, rounds."""
import asyncio
import decimal
import json
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import threading
import uuid

import rollbar


class OutOfStock(Exception):
    pass


class PaymentDeclined(Exception):
    pass


class OrderFailed(Exception):
    pass


def find_user(users, name):
    return users[name]


def greet(dice):
    return "Hello " + find_user({}, f"user-{dice.randrange(10 ** 6)}")


def parse_quantity(text):
    return int(text)


def add_to_cart(dice):
    return parse_quantity(dice.choice(["three", "1.5", "12 pcs", "", f"n{dice.randrange(999)}"]))


def reserve(dice):
    sku = uuid.UUID(int=dice.getrandbits(128))
    raise OutOfStock(f"sku {sku} has {dice.randrange(9)} left of {dice.randrange(90)}")


def charge(dice):
    raise PaymentDeclined(f"card ending in {dice.randrange(10000):04} declined")


def charge_again(dice):
    raise PaymentDeclined("card declined")


def refund(dice):
    raise PaymentDeclined("card declined")


def place_order(dice):
    try:
        charge(dice)
    except PaymentDeclined as cause:
        raise OrderFailed(f"order {dice.randrange(10 ** 8)}") from cause


def place_order_of_gone(dice):
    try:
        reserve(dice)
    except OutOfStock as cause:
        raise OrderFailed(f"order {dice.randrange(10 ** 8)}") from cause


def read_config(dice):
    path = pathlib.Path(tempfile.gettempdir()) / f"shop-{dice.getrandbits(32):x}" / "config.json"
    return path.read_text()


def read_settings(dice):
    return json.loads('{"port": %d' % dice.randrange(10 ** dice.randrange(1, 6)))


def render_price(dice):
    return decimal.Decimal(f"{dice.randrange(99)},{dice.randrange(99)}")


def walk(tree, depth):
    return tree["child"] if depth == 0 else walk(tree, depth - 1)


def deep_recursion(dice):
    return walk({}, dice.randrange(1, 12))


def is_even(number, log):
    return log.missing if number == 0 else is_odd(number - 1, log)


def is_odd(number, log):
    return log.missing if number == -1 else is_even(number - 1, log)


def mutual_recursion(dice):
    return is_even(2 * dice.randrange(1, 9), None)


def query(sql):
    return sqlite3.connect(":memory:").execute(sql)


def list_orders(dice):
    return query(f"SELECT * FROM orders WHERE id = {dice.randrange(10 ** 6)}")


def list_orders_badly(dice):
    return query(f"SELEC * FROM orders WHERE id = {dice.randrange(10 ** 6)}")


async def fetch_rate(dice):
    for _ in range(dice.randrange(3)):
        await asyncio.sleep(0)
    raise ConnectionError(f"10.0.{dice.randrange(255)}.7:{dice.randrange(1024, 65535)} refused")


async def fetch_all(dice):
    return await asyncio.gather(fetch_rate(dice), asyncio.sleep(0))


def convert(dice):
    return asyncio.run(fetch_all(dice))


def mail_in_thread(dice):
    failures = []

    def work():
        try:
            send_mail(f"bob{dice.randrange(99)}@example.org")
        except ValueError:
            failures.append(sys.exc_info())

    thread = threading.Thread(target=work, name=f"mailer-{dice.randrange(99)}")
    thread.start()
    thread.join()
    raise failures[0][1]


def send_mail(address):
    raise ValueError(f"mailbox {address} is full")


def sort_offers(dice):
    return sorted([dice.randrange(9), "x", None], key=lambda offer: offer + 1)


CASES = [greet, add_to_cart, reserve, charge, charge_again, refund, place_order,
         place_order_of_gone, read_config, read_settings, render_price, deep_recursion,
         mutual_recursion, list_orders, list_orders_badly, convert, mail_in_thread, sort_offers]

MESSAGES = {
    "message-slow": lambda dice: f"GET https://shop.example/o/{dice.randrange(10 ** 5)} took "
                                 f"{dice.random() * 9:.3f} s",
    "message-login": lambda dice: f"failed login of ann{dice.randrange(99)}@example.org from "
                                  f"192.168.{dice.randrange(255)}.{dice.randrange(255)}",
    "message-retry": lambda dice: f"retry {dice.randrange(9)} of job "
                                  f"{uuid.UUID(int=dice.getrandbits(128))}",
    "message-worker": lambda dice: f"worker 0x{dice.getrandbits(47):x} lost its lease at "
                                   f"2026-0{dice.randrange(1, 9)}-1{dice.randrange(9)}T10:00:0"
                                   f"{dice.randrange(9)}Z",
    "message-user": lambda dice: "user '" + dice.choice(["ann", "Bob O.", "zoë", "li wei"])
                                 + "' has no address",
}


def main():
    endpoint, rounds = sys.argv[1], int(sys.argv[2])
    rollbar.init("0" * 32, "production", endpoint=endpoint, handler="blocking",
                 root=os.path.dirname(os.path.abspath(__file__)))
    for seed in range(rounds):
        for case in CASES:
            try:
                case(random.Random(f"{case.__name__}{seed}"))
            except Exception:
                rollbar.report_exc_info(extra_data={"label": f"python {case.__name__}"})
        for label, text in MESSAGES.items():
            rollbar.report_message(text(random.Random(f"{label}{seed}")), "warning",
                                   extra_data={"label": f"python {label}"})


main()
