# SPDX-License-Identifier: Apache-2.0
"""Cruddur's answers without a database: mock rows, and the rules for what may be posted.

Each function returns (errors, data). Errors are a list of codes, or None; of several broken rules
the last one is told.
"""
import uuid
from datetime import datetime, timedelta, timezone

ACTING_USER, ACTING_NAME = "andrewbrown", "Andrew Brown"
WORF_REPLY_TO = "68f126b0-1ceb-4a33-88be-d90fa7109eee"
LIFETIMES = {"30-days": timedelta(days=30), "7-days": timedelta(days=7),
             "3-days": timedelta(days=3), "1-day": timedelta(days=1),
             "12-hours": timedelta(hours=12), "3-hours": timedelta(hours=3),
             "1-hour": timedelta(hours=1)}
ACTIVITY_MAX_CHARS, MESSAGE_MAX_CHARS = 280, 1024


def now_utc():
    return datetime.now(timezone.utc).astimezone()


def is_blank(text):
    return text is None or len(text) < 1


def length_error(message, max_chars):
    if is_blank(message):
        return "message_blank"
    return "message_exceed_max_chars" if len(message) > max_chars else None


def last_of(*codes):
    """The last code that is none of None, as the list that clients get."""
    broken = [code for code in codes if code]
    return broken[-1:] or None


def feed(now):
    reply = {"uuid": "26e12864-1c26-5c3a-9658-97a10f8fea67", "handle": "Worf",
             "reply_to_activity_uuid": WORF_REPLY_TO, "message": "This post has no honor!",
             "likes_count": 0, "replies_count": 0, "reposts_count": 0,
             "created_at": (now - timedelta(days=2)).isoformat()}
    return [
        {"uuid": WORF_REPLY_TO, "handle": ACTING_NAME, "message": "Cloud is very fun!",
         "created_at": (now - timedelta(days=2)).isoformat(),
         "expires_at": (now + timedelta(days=5)).isoformat(),
         "likes_count": 5, "replies_count": 1, "reposts_count": 0, "replies": [reply]},
        {"uuid": "66e12864-8c26-4c3a-9658-95a10f8fea67", "handle": "Worf",
         "message": "I am out of prune juice",
         "created_at": (now - timedelta(days=7)).isoformat(),
         "expires_at": (now + timedelta(days=9)).isoformat(), "likes": 0, "replies": []},
        {"uuid": "248959df-3079-4947-b847-9e0892d1bab4", "handle": "Garek",
         "message": "My dear doctor, I am just simple tailor",
         "created_at": (now - timedelta(hours=1)).isoformat(),
         "expires_at": (now + timedelta(hours=12)).isoformat(), "likes": 0, "replies": []}]


def of_user(handle):
    if is_blank(handle):
        return ["blank_user_handle"], None
    # Local times without an offset: so has the tutorial's app, and clients have to live with it.
    now = datetime.now()
    return None, [{"uuid": "248959df-3079-4947-b847-9e0892d1bab4", "handle": ACTING_NAME,
                   "message": "Cloud is fun!",
                   "created_at": (now - timedelta(days=1)).isoformat(),
                   "expires_at": (now + timedelta(days=31)).isoformat()}]


def search(term):
    if is_blank(term):
        return ["search_term_blank"], None
    return None, [{"uuid": "248959df-3079-4947-b847-9e0892d1bab4", "handle": ACTING_NAME,
                   "message": "Cloud is fun!", "created_at": now_utc().isoformat()}]


def create(message, handle, ttl):
    errors = last_of(None if ttl in LIFETIMES else "ttl_blank",
                     "user_handle_blank" if is_blank(handle) else None,
                     length_error(message, ACTIVITY_MAX_CHARS))
    if errors:
        return errors, None
    now = now_utc()
    return None, {"uuid": str(uuid.uuid4()), "display_name": ACTING_NAME, "handle": handle,
                  "message": message, "created_at": now.isoformat(),
                  "expires_at": (now + LIFETIMES[ttl]).isoformat()}


def show(activity_uuid):
    activity = dict(feed(now_utc())[0], uuid=activity_uuid, replies=[])
    return None, activity


def reply(message, handle, activity_uuid):
    errors = last_of("user_handle_blank" if is_blank(handle) else None,
                     length_error(message, MESSAGE_MAX_CHARS),
                     "activity_uuid_blank" if is_blank(activity_uuid) else None)
    if errors:
        return errors, None
    return None, {"uuid": str(uuid.uuid4()), "display_name": ACTING_NAME, "handle": handle,
                  "message": message, "created_at": now_utc().isoformat(),
                  "reply_to_activity_uuid": activity_uuid}


def message_groups():
    now = now_utc().isoformat()
    return None, [
        {"uuid": "24b95582-9e7b-4e0a-9ad1-639773ab7552", "display_name": "Andrew Brown",
         "handle": "andrewbrown", "created_at": now},
        {"uuid": "417c360e-c4e6-4fce-873b-d2d71469b4ac", "display_name": "Worf",
         "handle": "worf", "created_at": now}]


def messages(_sender, _receiver):
    now = now_utc()
    return None, [
        {"uuid": "4e81c06a-9b47-4bd2-92dc-6b3f3d2bb7f0", "display_name": "Andrew Brown",
         "handle": "andrewbrown", "message": "Cloud is fun!", "created_at": now.isoformat()},
        {"uuid": "66e12864-8c26-4c3a-9658-95a10f8fea67", "display_name": "Andrew Brown",
         "handle": "andrewbrown", "message": "This platform is great!",
         "created_at": now.isoformat()}]


def create_message(message, handle, receiver):
    errors = last_of("user_reciever_handle_blank" if is_blank(receiver) else None,
                     length_error(message, MESSAGE_MAX_CHARS))
    if errors:
        return errors, None
    return None, {"uuid": str(uuid.uuid4()), "display_name": ACTING_NAME, "handle": handle,
                  "message": message, "created_at": now_utc().isoformat()}
