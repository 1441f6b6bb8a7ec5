// Gets the user by Extra Horizon's JavaScript SDK, and prints it.

import sdk from '@extrahorizon/javascript-sdk';

const environment = process.env;
const exh = sdk.createOAuth1Client({
  host: environment.API_HOST,
  consumerKey: environment.API_OAUTH_CONSUMER_KEY,
  consumerSecret: environment.API_OAUTH_CONSUMER_SECRET,
  token: environment.API_OAUTH_TOKEN,
  tokenSecret: environment.API_OAUTH_TOKEN_SECRET,
});
console.log(JSON.stringify(await exh.users.me()));
