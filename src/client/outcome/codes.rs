//! Extra Horizon's error codes: what each means, and what to do next.

use std::fmt;

macro_rules! codes {
    ($($number:literal $name:ident $meaning:literal, $next:literal;)*) => {
        /// A code in an error body of Extra Horizon's API.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = concat!("`", stringify!($number), "`: ", $meaning, ".")] $name,)*
            /// A code that this table does not have.
            Other(u32),
        }

        impl From<u32> for ErrorCode {
            fn from(number: u32) -> Self {
                match number {
                    $($number => Self::$name,)*
                    other => Self::Other(other),
                }
            }
        }

        impl ErrorCode {
            /// All codes of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as a number.
            pub const fn number(self) -> u32 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Other(number) => number,
                }
            }

            /// What it means; `None` for [`Other`](Self::Other).
            pub const fn meaning(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($meaning),)*
                    Self::Other(_) => None,
                }
            }

            /// What to do next; `None` for [`Other`](Self::Other).
            pub const fn next_step(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($next),)*
                    Self::Other(_) => None,
                }
            }
        }
    };
}

codes! {
    1 Server "the API itself failed", "try again later; if it persists, contact support";
    4 ServiceUnreachable "a service of the API cannot be reached", "try again later";
    10 NoPermission "the user lacks the permission", "the signature is correct; give the user a role with this permission";
    11 RemoveField "a field cannot be removed", "see the API reference for the fields of this call";
    12 IdFormat "an identifier is malformed", "identifiers are 24 hexadecimal characters";
    13 EmptyBody "the request has no body", "send one, with a content type";
    14 MissingRequiredFields "a field is missing in the body", "see the message for its name";
    15 FieldFormat "a field of the body is malformed", "see the message for its name";
    16 ResourceUnknown "the resource does not exist", "check the identifier, and that it belongs to this environment";
    17 ResourceAlreadyExists "the resource already exists", "change that one, or use another name";
    19 InvalidRql "the query is not valid RQL", "check brackets and commas; values are percent-encoded twice";
    20 EmptyRql "the query must not be empty", "say which items you mean, for example eq(id,...)";
    21 LongQuery "the query is too long", "split it into several calls";
    22 BodyFormat "the body cannot be read", "send JSON with the content type application/json";
    26 IllegalArgument "an argument is not allowed", "see the message for its name";
    27 IllegalState "the resource's state does not allow this", "read the resource again and check its status";
    101 ApplicationNotAuthenticated "no application signed the request", "check that a proxy does not drop the Authorization header";
    103 ApplicationUnknown "the application is unknown", "check the consumer key, and that it belongs to this environment";
    104 UserNotAuthenticated "no user signed the request", "give a token and its secret, too, not only the consumer's";
    106 Authentication "email or password is wrong", "check both before you try again: ten failures freeze logins, and fifty lock the account";
    107 OauthKey "the consumer key is unknown here", "check API_HOST and API_OAUTH_CONSUMER_KEY: a key belongs to one environment";
    108 OauthToken "the token is unknown for this consumer key", "check API_OAUTH_TOKEN: a token belongs to one consumer key of one environment";
    109 OauthSignature "the signature does not match", "check both secrets; `exh-oauth1 explain` shows every step to the signature";
    110 DuplicateRequest "this nonce and timestamp were used before", "send it again with a new signature; check that no proxy repeats requests";
    113 CallbackNotValid "the callback is not registered for the application", "give a registered one";
    114 UnsupportedResponseType "the response type is not supported", "use the type `code`";
    115 AuthorizationUnknown "the authorization is unknown", "start the authorization again";
    116 AuthorizationCodeExpired "the authorization code has expired", "start the authorization again";
    117 AccessTokenUnknown "the access token is unknown", "request a new one";
    118 AccessTokenExpired "the access token has expired", "request a new one";
    119 RefreshTokenUnknown "the refresh token is unknown", "log in again";
    120 RefreshTokenExpired "the refresh token has expired", "log in again";
    121 UnsupportedGrant "the grant type is not supported", "see the API reference for the supported ones";
    122 InvalidPkce "the PKCE verifier does not belong to its challenge", "send the verifier from which the challenge was made";
    123 ClientId "the client's identifier is unknown", "check it, and that it belongs to this environment";
    124 ClientSecret "the client's secret is wrong", "check it, and that it belongs to this environment";
    126 MissingClientCredentials "the client's credentials are missing", "give its identifier and secret";
    128 MissingPkceVerifier "the PKCE verifier is missing", "send the verifier from which the challenge was made";
    129 MfaRequired "a second factor is required", "log in with a code of one of the user's methods";
    130 InvalidMfaCode "the second factor's code is wrong", "log in again with the next code; a recovery code works once";
    131 InvalidMfaToken "the token for the second factor is not valid", "log in again with email and password, and enter the code before it expires";
    132 InvalidPresenceToken "the presence token is not valid", "confirm the password again to get a new one";
    133 NotEnoughMfaMethods "the user has too few methods for a second factor", "first add another method, such as recovery codes";
    134 MfaReattemptDelay "the second factor was tried again too early", "wait before you try again";
    136 OidcIdToken "the OpenID provider's token is not valid", "start the login again; if it persists, check the provider's settings";
    137 InvalidNonce "the OpenID nonce differs from the one that was sent", "start the login again";
    138 OidcProviderResponse "the OpenID provider gave no usable response", "check the provider's settings";
    139 OidcInvalidAuthorizationCode "the OpenID provider rejected the authorization code", "start the login again";
    202 EmailUnknown "the email address is unknown", "check its spelling and the environment";
    203 EmailUsed "the email address is in use", "use another one";
    204 NotActivated "the user is not activated", "follow the link in the activation mail";
    205 ActivationUnknown "the activation is unknown", "request a new activation mail";
    206 AlreadyActivated "the user is already activated", "log in";
    207 NewPasswordHashUnknown "the code for a new password is unknown", "request a new one";
    208 Password "the password is wrong or not strong enough", "see the message";
    211 LoginTimeout "there was another login a moment ago", "wait a second, then log in again";
    212 LoginFreeze "logins are frozen after failures", "wait a minute, and check the password before you try again";
    213 TooManyFailedAttempts "the account is locked after too many failures", "ask an administrator to unlock it, or reset the password";
    215 DisabledForOidcUsers "users of an OpenID provider cannot do this", "log in with the provider, or use another user";
    218 PinCodesNotEnabled "pin codes are not enabled", "ask an administrator to enable them, or use the code of the mail";
    219 NewPasswordPinCodeUnknown "the pin code for a new password is unknown", "request a new one";
    220 ForgotPasswordRequestLimit "a new password was requested too often", "wait, and use the last mail";
    221 ForgotPasswordRequestTimeout "a new password was requested a moment ago", "wait, and check whether the mail has come";
    222 ActivationRequestLimit "an activation was requested too often", "wait, and use the last mail";
    223 ActivationRequestTimeout "an activation was requested a moment ago", "wait, and check whether the mail has come";
    224 IncorrectPinCode "the pin code is wrong", "check it in the last mail";
    301 ProfileAlreadyExists "the user already has a profile", "change that one";
    414 StatusInUse "the status is in use by documents", "first move them to another status";
    415 LockedDocument "the document is locked by a running transition", "wait until the transition has ended";
    801 DefaultLocalizationMissing "the text in the default language is missing", "add it";
    903 ServiceNotFound "the service does not exist", "check the first part of the path";
    1002 LocalizationKeyMissing "a template names a text that does not exist", "add it to the localizations";
    1003 TemplateFilling "the template cannot be filled with this content", "give every value that it names";
    1004 TemplateSyntax "the template cannot be read", "see the message for the place";
    1005 TemplateResolving "the template cannot be resolved", "see the message for the value";
    1401 InvalidFunctionCode "the function's code cannot be used", "check the archive and its entry point";
    1402 InvalidFunctionParameter "a parameter of the function is not valid", "see the message for its name";
    1403 ConcurrentExecutionLimit "too many executions run at once", "try again when some have ended";
    1404 TimeLimitExceedsDirectExecutionMaximum "the function may run longer than a direct execution", "create a task instead, or lower the function's limit";
    1405 LambdaInvocation "the function could not be started", "check its code, entry point and runtime";
    1406 LambdaRuntimeException "the function failed while it ran", "see its log";
    1407 InvalidFunctionName "the function's name is not valid", "use letters, digits and -";
    1408 NoTaskLogsFound "the task has no log", "wait until it has started";
    1409 InvalidApiFunctionResult "the function's result is not an HTTP response", "return statusCode, headers and body";
    1411 TimeLimitExceedsApiFunctionMaximum "the function may run longer than an API function", "lower its limit to 30 seconds";
    1412 ConcurrentApiFunctionLimit "too many API functions run at once", "try again when some have ended";
    1413 NoApiRequestLogsFound "the API request has no log", "wait until it has ended";
    2605 InvalidToken "the file's token is not valid", "check it against the list of files";
    2606 UnauthorizedToken "the file's token does not allow this", "use one with more access";
    2607 TokenNotDeletable "the file's token cannot be deleted", "delete the file instead";
    2610 FileTooLarge "the file is too large", "send a smaller one";
    2707 InvalidReceiptData "the receipt cannot be read", "send it exactly as the store issued it";
    2708 UnknownReceiptTransaction "the receipt has no such transaction", "check that it belongs to this purchase";
    2712 StripeRequest "Stripe rejected the request", "see the message";
    2713 StripePaymentMethod "Stripe rejected the payment method", "use another one";
    2714 InvalidCurrencyForProductPrice "the product has no price in this currency", "use one of its currencies";
    2716 NoConfiguredAppStoreProduct "the App Store product is not set up", "set it up in the payments service";
    2717 AppStoreTransactionAlreadyLinked "the App Store transaction already belongs to a user", "use that user";
    2718 NoMatchingPlayStoreLinkedSubscription "no linked Play Store subscription matches", "link the purchase first";
    2719 NoConfiguredPlayStoreProduct "the Play Store product is not set up", "set it up in the payments service";
    2720 PlayStoreTransactionAlreadyLinked "the Play Store transaction already belongs to a user", "use that user";
}

impl ErrorCode {
    /// Whether it is about credentials or the signature.
    pub const fn is_authentication(self) -> bool {
        matches!(
            self,
            Self::UserNotAuthenticated
                | Self::OauthKey
                | Self::OauthToken
                | Self::OauthSignature
                | Self::DuplicateRequest
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number(), formatter)
    }
}
