"""The same task as ../template in Python, in the form that Extra Horizon's documentation shows."""

import os

from requests_oauthlib import OAuth1Session

session = OAuth1Session(
    os.environ["API_OAUTH_CONSUMER_KEY"],
    os.environ["API_OAUTH_CONSUMER_SECRET"],
    os.environ["API_OAUTH_TOKEN"],
    os.environ["API_OAUTH_TOKEN_SECRET"],
)


def handler(event, context):
    greeting = (event.get("data") or {}).get("greeting") or "hello"
    response = session.get(os.environ["API_HOST"] + "/users/v1/me")
    response.raise_for_status()
    me = response.json()
    print(greeting, me["first_name"])
    return {"id": me["id"], "greeting": greeting}
