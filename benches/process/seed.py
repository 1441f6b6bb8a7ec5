"""Gets the user with requests_oauthlib and prints it: the program with which `exh-oauth1` is compared."""

import os

from requests_oauthlib import OAuth1Session

session = OAuth1Session(
    os.environ["API_OAUTH_CONSUMER_KEY"],
    os.environ["API_OAUTH_CONSUMER_SECRET"],
    os.environ["API_OAUTH_TOKEN"],
    os.environ["API_OAUTH_TOKEN_SECRET"],
)
response = session.get(os.environ["API_HOST"] + "/users/v1/me")
response.raise_for_status()
print(response.text)
