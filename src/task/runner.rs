//! Runs a handler: for every event that Lambda sends, or once.

use std::{
    cell::OnceCell,
    env, fmt,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    time::{Duration, Instant, SystemTime},
};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Context, Error,
    arguments::{Arguments, read_event},
    event,
    http::invalid_result,
    logger, panic,
    runtime_api::{Invocation, RuntimeApi, RuntimeApiError, SendOutcome},
};
use crate::client::{self, Client};

/// The variable in which Lambda gives host and port of its runtime API.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// Returns whether Lambda started this process: `AWS_LAMBDA_RUNTIME_API` is set.
pub fn is_on_lambda() -> bool {
    address().is_some()
}

fn address() -> Option<String> {
    env::var(RUNTIME_API).ok().filter(|text| !text.is_empty())
}

/// Runs a task with your own client. For most tasks [`run`](super::run) is enough.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use exh_oauth1::{client::{Client, Configuration}, task::{Context, Event, Runner}};
///
/// fn main() -> std::process::ExitCode {
///     Runner::new()
///         .client(|| Ok(Client::builder(Configuration::from_env()?).timeout(Duration::from_secs(5)).build()?))
///         .run(|_: Event, context: &Context| Ok(context.client().me()?))
/// }
/// ```
#[must_use = "a runner does nothing until it runs"]
pub struct Runner<C = Client> {
    make: Box<dyn Fn() -> Result<C, client::Error>>,
    made: OnceCell<C>,
    /// Returns the same client, whose calls end by the given time.
    until: fn(&C, Instant) -> C,
    time_limit: Option<Duration>,
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Runner {
    /// A runner with the client of [`Client::from_env`].
    pub fn new() -> Self {
        Self::with(|| Ok(Client::from_env()?), Client::until)
    }

    /// Replaces the client. `make` is called once, before the first event is handled.
    pub fn client(self, make: impl Fn() -> Result<Client, client::Error> + 'static) -> Self {
        Self { make: Box::new(make), ..self }
    }

    /// A runner for a task that does not call the API and needs no credentials. Its context has no client.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use exh_oauth1::task::{Context, Event, Runner};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Runner::new()
    ///         .without_client()
    ///         .run(|event: Event<Vec<f64>>, _: &Context<()>| Ok(event.data.iter().sum::<f64>()))
    /// }
    /// ```
    pub fn without_client(self) -> Runner<()> {
        Runner { time_limit: self.time_limit, ..Runner::with(|| Ok(()), |(), _| ()) }
    }
}

impl<C: Clone> Runner<C> {
    fn with(make: impl Fn() -> Result<C, client::Error> + 'static, until: fn(&C, Instant) -> C) -> Self {
        Self { make: Box::new(make), made: OnceCell::new(), until, time_limit: None }
    }

    /// Sets a deadline for a run by hand, this long after its start. Lambda sets its own.
    pub fn time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit: Some(time_limit), ..self }
    }

    /// Runs a task; see [`run`](super::run).
    pub fn run<E: DeserializeOwned, R: Serialize>(
        self,
        handler: impl FnMut(E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        self.run_with(|| Ok(()), without_state(handler))
    }

    /// Runs a task that prepares something once, such as a model, for all its events.
    ///
    /// If `prepare` fails, that is reported to Lambda as an init error, and the process ends. Lambda starts another one
    /// for the next event.
    pub fn run_with<S, E: DeserializeOwned, R: Serialize>(
        self,
        prepare: impl FnOnce() -> Result<S, Error>,
        handler: impl FnMut(&mut S, E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        if let Some(address) = address() {
            return self.serve_at(&address, prepare, handler);
        }
        let outcome = Arguments::read(env::args_os().skip(1)).and_then(|arguments| {
            let time_limit = arguments.time_limit.or(self.time_limit);
            Self { time_limit, ..self }.once(&arguments.event, prepare, handler)
        });
        match outcome {
            Ok(result) => print(&result),
            Err(error) => {
                logger::write_line(&error.report());
                ExitCode::from(error.exit_code())
            }
        }
    }

    /// Serves Lambda's events until the process is ended, whatever the arguments are. The exit code is 1 if
    /// `AWS_LAMBDA_RUNTIME_API` is not set, or if the runtime API fails.
    pub fn serve<E: DeserializeOwned, R: Serialize>(
        self,
        handler: impl FnMut(E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        match address() {
            Some(address) => self.serve_at(&address, || Ok(()), without_state(handler)),
            None => {
                logger::write_line(&format!(
                    "{RUNTIME_API} is not set: AWS Lambda sets it for the processes that it starts"
                ));
                ExitCode::FAILURE
            }
        }
    }

    /// Runs a task once, by hand, and returns the result as JSON. The event is read from a file, or from standard input
    /// for `-`; `None` is an empty object.
    ///
    /// # Errors
    ///
    /// The error of the task; `USAGE_ERROR` or `INVALID_EVENT` if the event cannot be read.
    pub fn invoke<E: DeserializeOwned, R: Serialize>(
        self,
        event: Option<&Path>,
        handler: impl FnMut(E, &Context<C>) -> Result<R, Error>,
    ) -> Result<Vec<u8>, Error> {
        let event = event.map(read_event).transpose()?.unwrap_or_default();
        self.once(&event, || Ok(()), without_state(handler))
    }

    fn once<S, E: DeserializeOwned, R: Serialize>(
        self,
        event: &[u8],
        prepare: impl FnOnce() -> Result<S, Error>,
        mut handler: impl FnMut(&mut S, E, &Context<C>) -> Result<R, Error>,
    ) -> Result<Vec<u8>, Error> {
        logger::install();
        panic::report_by(|error| logger::write_line(&error.report()));
        let event = event::read(event)?;
        let deadline = self.time_limit.map(|limit| SystemTime::now() + limit);
        let mut state = prepare()?;
        let mut context = Context::new(self.made()?.clone());
        context.deadline = deadline;
        self.limit_calls(&mut context);
        logger::set_request_id(Some(context.request_id.clone()));
        written(&handler(&mut state, event, &context)?)
    }

    fn serve_at<S, E: DeserializeOwned, R: Serialize>(
        self,
        address: &str,
        prepare: impl FnOnce() -> Result<S, Error>,
        mut handler: impl FnMut(&mut S, E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        logger::install();
        let api = RuntimeApi::new(address);
        panic::report_by({
            // Its own connections: the others may be in use when the handler panics.
            let api = RuntimeApi::new(address);
            move |error| {
                log::error!("{}", error.report());
                log_sent(match logger::set_request_id(None) {
                    Some(request_id) => api.error(&request_id, error),
                    None => api.init_error(error),
                });
            }
        });
        let lost = match prepare() {
            Ok(mut state) => self.serve_all(&api, |event, context| handler(&mut state, event::read(event)?, context)),
            Err(error) => {
                log::error!("{}", error.report());
                log_sent(api.init_error(&error));
                return ExitCode::FAILURE;
            }
        };
        log::error!("{lost}");
        ExitCode::FAILURE
    }

    fn serve_all<R: Serialize>(
        &self,
        api: &RuntimeApi,
        mut handler: impl FnMut(&[u8], &Context<C>) -> Result<R, Error>,
    ) -> RuntimeApiError {
        loop {
            let invocation = match api.next() {
                Ok(Some(invocation)) => invocation,
                Ok(None) => continue,
                Err(lost) => return lost,
            };
            logger::set_request_id(Some(invocation.request_id.clone()));
            let result = self
                .context(&invocation)
                .and_then(|context| handler(&invocation.event, &context))
                .and_then(|result| written(&result));
            let sent = send(api, &invocation.request_id, result);
            logger::set_request_id(None);
            if let Err(lost) = sent {
                return lost;
            }
        }
    }

    fn context(&self, invocation: &Invocation) -> Result<Context<C>, Error> {
        let mut context = Context::new(self.made()?.clone());
        context.request_id.clone_from(&invocation.request_id);
        context.function_arn.clone_from(&invocation.function_arn);
        context.trace_id.clone_from(&invocation.trace_id);
        context.deadline = invocation.deadline;
        self.limit_calls(&mut context);
        Ok(context)
    }

    fn limit_calls(&self, context: &mut Context<C>) {
        if let Some(end) = context.calls_end() {
            context.client = (self.until)(&context.client, end);
        }
    }

    /// The client, which is made once.
    fn made(&self) -> Result<&C, Error> {
        if let Some(client) = self.made.get() {
            return Ok(client);
        }
        let client = (self.make)()?;
        Ok(self.made.get_or_init(|| client))
    }
}

impl<C: fmt::Debug> fmt::Debug for Runner<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Runner")
            .field("made", &self.made)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}

/// Sends the result of an event. Errors are logged too.
fn send(api: &RuntimeApi, request_id: &str, result: Result<Vec<u8>, Error>) -> Result<(), RuntimeApiError> {
    let error = match result {
        Ok(result) => match api.response(request_id, &result)? {
            SendOutcome::TooLarge => {
                let length = result.len();
                let message = format!("the result has {length} bytes, more than Lambda accepts");
                Error::new("RESULT_TOO_LARGE", message)
            }
            sent => {
                log_sent(Ok(sent));
                return Ok(());
            }
        },
        Err(error) => error,
    };
    log::error!("{}", error.report());
    log_sent(Ok(api.error(request_id, &error)?));
    Ok(())
}

/// Logs a result or report that Lambda did not accept.
fn log_sent(sent: Result<SendOutcome, RuntimeApiError>) {
    match sent {
        Ok(SendOutcome::Accepted) => {}
        Ok(SendOutcome::TooLarge) => {
            log::error!("Lambda's runtime API rejected a report as too large");
        }
        Ok(SendOutcome::Rejected(status)) => log::error!(
            "Lambda's runtime API rejected a result or report with {}: it came too late, or Lambda had ended the event",
            status.as_u16()
        ),
        Err(lost) => log::error!("{lost}"),
    }
}

fn without_state<C, E, R>(
    mut handler: impl FnMut(E, &Context<C>) -> Result<R, Error>,
) -> impl FnMut(&mut (), E, &Context<C>) -> Result<R, Error> {
    move |(), event, context| handler(event, context)
}

fn written(result: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(result).map_err(|error| invalid_result(&error))
}

fn print(result: &[u8]) -> ExitCode {
    let mut stdout = io::stdout().lock();
    let outcome = stdout.write_all(result).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush());
    match outcome {
        // A reader that closes the pipe has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            logger::write_line(&format!("cannot write to standard output: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
