"""The Python task of deploy/task/README.md."""

import os

from requests_oauthlib import OAuth1Session

session = OAuth1Session(
    os.environ["API_OAUTH_CONSUMER_KEY"],
    os.environ["API_OAUTH_CONSUMER_SECRET"],
    os.environ["API_OAUTH_TOKEN"],
    os.environ["API_OAUTH_TOKEN_SECRET"],
)


def handler(event, context):
    url = os.environ["API_HOST"] + "/users/v1/me"
    answer = session.get(url)
    answer.raise_for_status()
    return answer.json()
