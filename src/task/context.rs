//! What a task is told about the invocation, and its client.

use core::{cell::OnceCell, fmt, time::Duration};
use std::{
    env,
    rc::Rc,
    time::{Instant, SystemTime},
};

use super::Error;
use crate::client::{self, Client};

/// What a task is told about the invocation, and its client.
#[derive(Debug)]
pub struct Context {
    pub(super) request_id: String,
    pub(super) function_name: Option<String>,
    pub(super) function_arn: Option<String>,
    pub(super) trace_id: Option<String>,
    pub(super) deadline: Option<SystemTime>,
    /// When calls have to end.
    calls_end: Option<Instant>,
    source: Rc<ClientSource>,
}

impl Context {
    pub(super) fn new(source: &Rc<ClientSource>) -> Self {
        Self {
            request_id: "by-hand".to_owned(),
            function_name: env::var("AWS_LAMBDA_FUNCTION_NAME").ok(),
            function_arn: None,
            trace_id: None,
            deadline: None,
            calls_end: None,
            source: Rc::clone(source),
        }
    }

    pub(super) fn deadline_at(&mut self, deadline: SystemTime) {
        self.deadline = Some(deadline);
        let left = self.remaining().unwrap_or_default();
        // Enough to report that a call took too long, which nobody hears once the deadline is there.
        let margin = (left / 10).min(Duration::from_millis(500));
        self.calls_end = Instant::now().checked_add(left.saturating_sub(margin));
    }

    /// The client of the API, with the settings of the environment and the credentials file, made when it is first asked for.
    ///
    /// It and its connections live as long as the process. Its calls end a little before the deadline (a tenth of the time,
    /// at most 500 ms), so that a task can still report `TIMEOUT`. Where a connection died while the process was frozen, a
    /// request of an idempotent method is signed and sent once more on a new one; POST and PATCH, which must not be sent
    /// twice, take a connection that was in use within the last second, or else a new one.
    ///
    /// # Errors
    ///
    /// `CONFIGURATION_ERROR` with all that is missing or malformed.
    pub fn client(&self) -> Result<Client, Error> {
        let client = self.source.client()?;
        Ok(match self.calls_end {
            Some(end) => client.until(end),
            None => client.clone(),
        })
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

/// Makes the client once.
pub(super) struct ClientSource {
    pub(super) make: Box<dyn Fn() -> Result<Client, client::Error>>,
    pub(super) made: OnceCell<Client>,
}

impl ClientSource {
    fn client(&self) -> Result<&Client, Error> {
        if let Some(client) = self.made.get() {
            return Ok(client);
        }
        let client = (self.make)()?;
        Ok(self.made.get_or_init(|| client))
    }
}

impl fmt::Debug for ClientSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("ClientSource")
            .field(&self.made.get())
            .finish()
    }
}
