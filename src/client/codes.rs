//! Extra Horizon's error codes: what each means and what to do next.

use core::fmt;

macro_rules! codes {
    ($($number:literal $name:ident $meaning:literal, $next:literal;)*) => {
        /// A code in the body of an error that Extra Horizon's API answers.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = concat!("`", stringify!($number), "`: ", $meaning, ".")] $name,)*
            /// A code that is not known here.
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
            /// The codes known here.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as a number.
            pub const fn number(self) -> u32 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Other(number) => number,
                }
            }

            /// What it means; `None` for a code that is not known here.
            pub const fn meaning(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($meaning),)*
                    Self::Other(_) => None,
                }
            }

            /// What to do next; `None` for a code that is not known here.
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
    10 NoPermission "the user is known and lacks the permission", "the signature is right: have a role with this permission given to the user";
    11 RemoveField "a field may not be removed", "see the API reference for the fields of this call";
    12 IdFormat "an identifier is not of the right form", "identifiers are 24 hexadecimal characters";
    13 EmptyBody "the request has no body", "give one, with a content type";
    14 MissingRequiredFields "a field is missing in the body", "see the message for its name";
    15 FieldFormat "a field of the body is not of the right form", "see the message for its name";
    16 ResourceUnknown "there is no such resource", "check the identifier and that it is in this environment";
    17 ResourceAlreadyExists "the resource is there already", "change that one, or use another name";
    19 InvalidRql "the query is no valid RQL", "check brackets and commas; values are percent-encoded twice";
    20 EmptyRql "the query is empty and may not be", "name what is meant, such as eq(id,...)";
    21 LongQuery "the query is too long", "ask in several calls";
    22 BodyFormat "the body cannot be read", "send JSON with the content type application/json";
    26 IllegalArgument "an argument is not allowed", "see the message for its name";
    27 IllegalState "the resource's state does not allow this", "read it again and see its status";
    101 ApplicationNotAuthenticated "no application signed the request", "check that a proxy does not drop the Authorization header";
    103 ApplicationUnknown "the application is not known", "check the consumer key and that it is of this environment";
    104 UserNotAuthenticated "no user signed the request", "give a token and its secret, not the consumer's alone";
    106 Authentication "email or password is wrong", "do not try again at once: repeated failures lock the account";
    107 OauthKey "the consumer key is not known here", "check API_HOST and API_OAUTH_CONSUMER_KEY: a key belongs to one environment";
    108 OauthToken "the token is not known for this consumer key", "check API_OAUTH_TOKEN: a token belongs to one consumer key of one environment";
    109 OauthSignature "the signature does not match", "check both secrets, then `exh-oauth1 explain` shows every step to the signature";
    110 DuplicateRequest "this nonce and timestamp were seen before", "send it again, with a new signature; check that nothing in between repeats requests";
    117 AccessTokenUnknown "the access token is not known", "ask for a new one";
    118 AccessTokenExpired "the access token has expired", "ask for a new one";
    129 MfaRequired "a second factor is required", "confirm with a code of one of the methods";
    130 InvalidMfaCode "the second factor's code is wrong", "wait for the next code";
    131 InvalidMfaToken "the token for the second factor is not valid", "begin again with email and password";
    134 MfaReattemptDelay "the second factor was tried again too early", "wait before the next try";
    202 EmailUnknown "the email address is not known", "check its spelling and the environment";
    203 EmailUsed "the email address is in use", "use another one";
    204 NotActivated "the user is not activated", "follow the link in the activation mail";
    211 LoginTimeout "there was another login a moment ago", "wait a second";
    212 LoginFreeze "logins are frozen after failures", "wait a minute and do not try wrong passwords";
    213 TooManyFailedAttempts "the account is locked after too many failures", "ask an administrator to unlock it, or reset the password";
    1406 LambdaRuntimeException "the function failed while it ran", "see its log";
}

impl ErrorCode {
    /// Whether it is about credentials or signature, so that where they came from matters.
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
