//! Why is this signature refused? Names the mistake behind a wrong OAuth 1 signature, whoever made it.
//!
//! Given a request, the secrets and the refused header, [`diagnose`] searches the mistakes that real clients make
//! ([`mistakes`]), alone and up to three together, for those that give exactly the received signature: an answer is proven
//! or it is not given. [`diagnose_base_string`] does the same for a base string that another library printed, and [`steps`]
//! shows each step of making the right signature. Nothing here reads, writes or prints anything by itself.
//!
//! | step | file |
//! |---|---|
//! | a header, a `curl` command or an HTTP request is read as far as possible | `header.rs`, `curl.rs`, `http.rs` |
//! | the signature is taken out of its wrapping | `received.rs`, `rsa.rs` |
//! | a recipe holds every choice in making a signature | `recipe.rs` |
//! | base string URI, parameters and key are made by it | `uri.rs`, `parameters.rs`, `key.rs` |
//! | each mistake is an entry in a table and changes the recipe | `mistakes/` |
//! | recipes are searched for the one that was used | `search.rs`, `parts.rs`, `target.rs` |
//! | the answer, and its text | `diagnosis.rs`, `compare.rs`, `render.rs`, `side_by_side.rs`, `page.rs` |
//!
//! # Security
//!
//! No answer holds a secret or a key, in any form. With `PLAINTEXT`, whose signature is made of the secrets, differences are
//! named without being shown. What is shown of the request may hold what its sender put there, such as a password in a form.
//!
//! # Examples
//!
//! ```
//! use exh_oauth1::explain::{Options, Secrets, Subject, Verdict, diagnose};
//!
//! // A client that does not sign the query.
//! let diagnosis = diagnose(
//!     Subject::new("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original"),
//!     &Secrets::new("kd94hf93k423kf44").token("pfkkdhi9sl3r4s00"),
//!     r#"OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature="EqWuyLp5qsEPpQVtIZvupthSajk%3D",
//!     oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_token="nnch734d00sl2jdk""#,
//!     &Options::default(),
//! );
//! assert_eq!(diagnosis.verdict, Verdict::Explained);
//! assert_eq!(diagnosis.explanations[0].mistakes[0].mistake.id, "query-left-out");
//! ```

mod brackets;
mod compare;
mod context;
mod curl;
mod diagnose;
mod diagnosis;
mod duplicates;
mod encode;
mod hash;
mod header;
mod http;
mod key;
pub mod mistakes;
pub(crate) mod order;
mod page;
mod parameters;
mod parts;
mod protocol;
mod received;
mod recipe;
mod render;
#[cfg(feature = "rsa")]
mod rsa;
mod search;
mod side_by_side;
mod steps;
mod subject;
mod target;
mod uri;
mod words;

pub use compare::Difference;
pub use curl::read_curl;
pub use diagnose::{Options, diagnose, diagnose_base_string};
pub use diagnosis::{Diagnosis, Explanation, Found, Verdict};
pub use http::read_http;
pub use page::Style;
pub use render::base_string_text;
pub use search::Limits;
pub use steps::{KeyShape, Parameter, Steps, Unreadable, steps};
pub use subject::{Captured, Secrets, Subject};
