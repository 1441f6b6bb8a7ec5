use std::time::Duration;

use super::phase::{NetworkErrorKind, Phase};

/// One request on the wire, and its outcome.
///
/// Responses and errors carry their attempts, so that no callback or log is needed to see what a call did.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use exh_oauth1::{
///     Client, Credentials, Signer,
///     client::{BaseUrl, Configuration, NetworkErrorKind, Outcome, Phase, Retry},
/// };
///
/// // Nothing listens on this port.
/// let configuration = Configuration::new(
///     BaseUrl::from_host("127.0.0.1:1", false)?,
///     Signer::new(Credentials::new("key", "secret")),
/// );
/// let retry = Retry::times(1).base(Duration::from_millis(1));
/// let client = Client::builder(configuration).retry(retry).build()?;
/// let error = client.get("/users/v1/health").unwrap_err(); // for a response: response.attempts()
/// assert_eq!(error.attempts().len(), 2);
/// for attempt in error.attempts() {
///     assert_eq!(attempt.outcome, Outcome::Network(Phase::Connect, NetworkErrorKind::Refused));
///     println!("{:?} after {:?}, after a wait of {:?}", attempt.outcome, attempt.took, attempt.waited);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attempt {
    /// Its outcome.
    pub outcome: Outcome,
    /// The wait before it.
    pub waited: Duration,
    /// How long it took.
    pub took: Duration,
    /// The seconds by which the signed timestamp differs from this machine's clock.
    pub clock_offset: i64,
}

/// The outcome of an attempt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// A response with this status.
    Status(u16),
    /// No response, or not all of it.
    Network(Phase, NetworkErrorKind),
    /// A response larger than the limit.
    TooLarge,
    /// The request could not be built, or its body could not be read.
    Failed,
}
