//! The invocation as the handler sees it, and its client.

use std::{
    env,
    time::{Duration, Instant, SystemTime},
};

use crate::client::Client;

/// Lambda's data about the invocation, and the API client.
///
/// `Context<()>` has no client: see [`Runner::without_client`](super::Runner::without_client).
#[derive(Debug)]
pub struct Context<C = Client> {
    pub(super) request_id: String,
    pub(super) function_name: Option<String>,
    pub(super) function_arn: Option<String>,
    pub(super) trace_id: Option<String>,
    pub(super) deadline: Option<SystemTime>,
    pub(super) client: C,
}

impl Context {
    /// The API client, configured by the environment and the credentials file.
    ///
    /// It is made before the first event is handled, and lives as long as the process, with its connections. If it
    /// cannot be made, the handler does not run, and the error `CONFIGURATION_ERROR` lists everything that is missing
    /// or malformed.
    ///
    /// Calls end shortly before the deadline (a tenth of the time, at most 500 ms), so that a task can still report
    /// `TIMEOUT`. If a connection died while the process was frozen, a request with an idempotent method is signed and
    /// sent once more on a new connection. POST and PATCH must not be sent twice: they use a connection that was in use
    /// within the last second, or a new one.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl<C> Context<C> {
    /// A context as by hand: the request id `by-hand` and no deadline. Use it to call a handler in a test.
    ///
    /// # Examples
    ///
    /// ```
    /// use exh_oauth1::task::{Context, Error, Event};
    ///
    /// fn sum(event: Event<Vec<u32>>, _: &Context<()>) -> Result<u32, Error> {
    ///     Ok(event.data.iter().sum())
    /// }
    ///
    /// assert_eq!(sum(Event::new(vec![1, 2]), &Context::new(()))?, 3);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new(client: C) -> Self {
        Self {
            request_id: "by-hand".to_owned(),
            function_name: env::var("AWS_LAMBDA_FUNCTION_NAME").ok(),
            function_arn: None,
            trace_id: None,
            deadline: None,
            client,
        }
    }

    /// When API calls must end.
    pub(super) fn calls_end(&self) -> Option<Instant> {
        let left = self.remaining()?;
        // Leaves time to report a timeout: after the deadline, Lambda does not read reports.
        let margin = (left / 10).min(Duration::from_millis(500));
        Instant::now().checked_add(left.saturating_sub(margin))
    }

    /// The identifier of the invocation; `by-hand` if the program was started by hand.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The name of the function on Lambda.
    pub fn function_name(&self) -> Option<&str> {
        self.function_name.as_deref()
    }

    /// The Amazon resource name that was invoked, if Lambda sent it.
    pub fn invoked_function_arn(&self) -> Option<&str> {
        self.function_arn.as_deref()
    }

    /// The identifier for AWS X-Ray, if Lambda sent it.
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }

    /// When Lambda ends the invocation. `None` by hand, unless `--time-limit` was given.
    pub fn deadline(&self) -> Option<SystemTime> {
        self.deadline
    }

    /// The time until the deadline; zero if it has passed.
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.deadline?.duration_since(SystemTime::now());
        Some(left.unwrap_or_default())
    }
}
