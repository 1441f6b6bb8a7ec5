//! Why is this signature refused? Finds the mistake that led to a wrong OAuth 1 signature, of any client.
//!
//! Given a request, the secrets and the refused header, [`diagnose`] searches the mistakes that real clients make
//! ([`mistakes`]), alone and up to three together, for those that give exactly the received signature: an answer is
//! proven or it is not given. [`diagnose_base_string`] does the same for a base string that another library printed,
//! and [`steps`] shows each step of making the right signature. Nothing here reads, writes or prints anything by
//! itself.
//!
//! # Security
//!
//! No answer holds a secret or a key, in any form. With `PLAINTEXT`, whose signature is made of the secrets,
//! differences are named without being shown. What is shown of the request may hold what its sender put there, such as
//! a password in a form.
//!
//! # Examples
//!
//! ```
//! use exh_oauth1::explain::{CapturedRequest, Options, Secrets, Verdict, diagnose};
//!
//! // A client that does not sign the query.
//! let uri = "http://photos.example.net/photos?file=vacation.jpg&size=original";
//! let request = CapturedRequest::new("GET", uri).authorization(
//!     r#"OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_timestamp="137131202",
//!     oauth_signature="EqWuyLp5qsEPpQVtIZvupthSajk%3D", oauth_signature_method="HMAC-SHA1",
//!     oauth_token="nnch734d00sl2jdk""#,
//! );
//! let secrets = Secrets::new("kd94hf93k423kf44").token("pfkkdhi9sl3r4s00");
//! let diagnosis = diagnose(&request, &secrets, &Options::default());
//! assert_eq!(diagnosis.verdict, Verdict::Explained);
//! assert_eq!(diagnosis.explanations[0].mistakes[0].mistake.id, "query-left-out");
//! ```

mod advice;
mod diagnose;
mod encode;
mod inspect;
mod interpretation;
mod methods;
pub mod mistakes;
mod readers;
mod recipe;
mod report;
mod request;
mod search;
mod secrets;

pub use diagnose::{Options, diagnose, diagnose_base_string};
pub use readers::{Place, ReadError, ReadFile, read_curl, read_header, read_http};
pub use report::{Diagnosis, Difference, Explanation, Found, MadeFrom, Mask, Parameter, Steps, Verdict, steps};
pub use request::{Body, CapturedRequest, Guess, Remark};
pub use search::Limits;
pub use secrets::Secrets;
