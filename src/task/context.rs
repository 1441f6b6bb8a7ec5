//! What a task is told about the invocation, and its client.

use core::time::Duration;
use std::{
    env,
    time::{Instant, SystemTime},
};

use crate::client::Client;

/// What a task is told about the invocation, and its client; `Context<()>` has none
/// ([`Runner::without_client`](super::Runner::without_client)).
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
    /// The client of the API, with the settings of the environment and the credentials file.
    ///
    /// It is made before the first event is worked on; where that cannot be, the task is not run, and `CONFIGURATION_ERROR`
    /// says all that is missing or malformed. It and its connections live as long as the process. Its calls end a little
    /// before the deadline (a tenth of the time, at most 500 ms), so that a task can still report `TIMEOUT`. Where a
    /// connection died while the process was frozen, a request of an idempotent method is signed and sent once more on a
    /// new one; POST and PATCH, which must not be sent twice, take a connection that was in use within the last second, or
    /// else a new one.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl<C> Context<C> {
    pub(super) fn new(client: C) -> Self {
        Self {
            request_id: "by-hand".to_owned(),
            function_name: env::var("AWS_LAMBDA_FUNCTION_NAME").ok(),
            function_arn: None,
            trace_id: None,
            deadline: None,
            client,
        }
    }

    /// When calls have to end.
    pub(super) fn calls_end(&self) -> Option<Instant> {
        let left = self.remaining()?;
        // Enough to report that a call took too long, which nobody hears once the deadline is there.
        let margin = (left / 10).min(Duration::from_millis(500));
        Instant::now().checked_add(left.saturating_sub(margin))
    }

    /// The identifier of the invocation; `by-hand` for a program that was started so.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The name of the function, where Lambda runs it.
    pub fn function_name(&self) -> Option<&str> {
        self.function_name.as_deref()
    }

    /// The Amazon resource name that was invoked, where Lambda tells it.
    pub fn invoked_function_arn(&self) -> Option<&str> {
        self.function_arn.as_deref()
    }

    /// The identifier for AWS X-Ray, where Lambda tells it.
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }

    /// When the task is ended, if it is not done; `None` by hand.
    pub fn deadline(&self) -> Option<SystemTime> {
        self.deadline
    }

    /// The time until the deadline; `None` by hand.
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.deadline?.duration_since(SystemTime::now());
        Some(left.unwrap_or_default())
    }
}
