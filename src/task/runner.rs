//! Runs a handler: for each event that Lambda has, or once.

use core::{cell::OnceCell, fmt};
use std::{
    env,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Context, Error, arguments,
    error::escaped,
    event,
    http::invalid_result,
    panic,
    runtime_api::{Invocation, Lost, RuntimeApi, Sent},
};
use crate::client::{self, Client};

/// Where Lambda's runtime interface is.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// Whether Lambda has started this process: `AWS_LAMBDA_RUNTIME_API` is set.
pub fn is_on_lambda() -> bool {
    address().is_some()
}

fn address() -> Option<String> {
    env::var(RUNTIME_API).ok().filter(|text| !text.is_empty())
}

/// Runs a task with a client of one's own; [`run`](super::run) is enough for most.
///
/// ```no_run
/// use core::time::Duration;
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
    /// The same client, whose calls end by then.
    until: fn(&C, Instant) -> C,
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

    /// Makes the client in another way, before the first event is worked on.
    pub fn client(self, make: impl Fn() -> Result<Client, client::Error> + 'static) -> Self {
        Self::with(make, Client::until)
    }

    /// For a task that calls nothing, and needs no credentials: its context has no client.
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
        Runner::with(|| Ok(()), |(), _| ())
    }
}

impl<C: Clone> Runner<C> {
    fn with(
        make: impl Fn() -> Result<C, client::Error> + 'static,
        until: fn(&C, Instant) -> C,
    ) -> Self {
        let make = Box::new(make);
        let made = OnceCell::new();
        Self { make, made, until }
    }

    /// Runs a task, as [`run`](super::run).
    pub fn run<E: DeserializeOwned, R: Serialize>(
        self,
        handler: impl FnMut(E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        self.run_with(|| Ok(()), without_state(handler))
    }

    /// Runs a task that has something to prepare, such as a model to load, which all its events share.
    ///
    /// Where that fails, Lambda is told so (init error), and the process ends: Lambda starts another one for the next event.
    pub fn run_with<S, E: DeserializeOwned, R: Serialize>(
        self,
        prepare: impl FnOnce() -> Result<S, Error>,
        handler: impl FnMut(&mut S, E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        match address() {
            Some(address) => self.serve_at(&address, prepare, handler),
            None => {
                let outcome = arguments::event(env::args_os().skip(1))
                    .and_then(|event| self.once(&event, prepare, handler));
                match outcome {
                    Ok(result) => print(&result),
                    Err(error) => {
                        say(&error.report());
                        ExitCode::from(error.exit_code())
                    }
                }
            }
        }
    }

    /// Serves Lambda's events until the process is ended, whatever the arguments are; the exit code is 1 where
    /// `AWS_LAMBDA_RUNTIME_API` is not set or its interface is lost.
    pub fn serve<E: DeserializeOwned, R: Serialize>(
        self,
        handler: impl FnMut(E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        match address() {
            Some(address) => self.serve_at(&address, || Ok(()), without_state(handler)),
            None => {
                say(&format!(
                    "{RUNTIME_API} is not set: Lambda sets it for its own processes"
                ));
                ExitCode::FAILURE
            }
        }
    }

    /// Runs a task once, by hand, for the event in a file, or on standard input for `-`; `None` is an empty object. Gives
    /// the result as JSON.
    ///
    /// # Errors
    ///
    /// What the task failed with; `USAGE_ERROR` and `INVALID_EVENT` where there is no event that can be read.
    pub fn invoke<E: DeserializeOwned, R: Serialize>(
        self,
        event: Option<&Path>,
        handler: impl FnMut(E, &Context<C>) -> Result<R, Error>,
    ) -> Result<Vec<u8>, Error> {
        let event = event.map(arguments::read).transpose()?.unwrap_or_default();
        self.once(&event, || Ok(()), without_state(handler))
    }

    fn once<S, E: DeserializeOwned, R: Serialize>(
        self,
        event: &[u8],
        prepare: impl FnOnce() -> Result<S, Error>,
        mut handler: impl FnMut(&mut S, E, &Context<C>) -> Result<R, Error>,
    ) -> Result<Vec<u8>, Error> {
        panic::report_by(|error| say(&error.report()));
        let event = event::read(event)?;
        let mut state = prepare()?;
        let context = Context::new(self.made()?.clone());
        written(&handler(&mut state, event, &context)?)
    }

    fn serve_at<S, E: DeserializeOwned, R: Serialize>(
        self,
        address: &str,
        prepare: impl FnOnce() -> Result<S, Error>,
        mut handler: impl FnMut(&mut S, E, &Context<C>) -> Result<R, Error>,
    ) -> ExitCode {
        let api = RuntimeApi::new(address);
        // The event that is being worked on, for the panic hook.
        let current = Arc::new(Mutex::new(None::<String>));
        panic::report_by({
            // Connections of its own: the others may be in use when it panics.
            let (api, current) = (RuntimeApi::new(address), Arc::clone(&current));
            move |error| {
                let request_id = current
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take();
                tell(match request_id {
                    Some(request_id) => api.error(&request_id, error),
                    None => api.init_error(error),
                });
            }
        });
        let lost = match prepare() {
            Ok(mut state) => self.serve_all(&api, &current, |event, context| {
                handler(&mut state, event::read(event)?, context)
            }),
            Err(error) => {
                say(&error.report());
                tell(api.init_error(&error));
                return ExitCode::FAILURE;
            }
        };
        say(&lost.to_string());
        ExitCode::FAILURE
    }

    fn serve_all<R: Serialize>(
        &self,
        api: &RuntimeApi,
        current: &Mutex<Option<String>>,
        mut handler: impl FnMut(&[u8], &Context<C>) -> Result<R, Error>,
    ) -> Lost {
        let note = |request_id| {
            *current.lock().unwrap_or_else(PoisonError::into_inner) = request_id;
        };
        loop {
            let invocation = match api.next() {
                Ok(invocation) => invocation,
                Err(lost) => return lost,
            };
            note(Some(invocation.request_id.clone()));
            let result = self
                .context(&invocation)
                .and_then(|context| handler(&invocation.event, &context))
                .and_then(|result| written(&result));
            note(None);
            if let Err(lost) = answer(api, &invocation.request_id, result) {
                return lost;
            }
        }
    }

    fn context(&self, invocation: &Invocation) -> Result<Context<C>, Error> {
        let client = self.made()?;
        let mut context = Context::new(client.clone());
        context.request_id.clone_from(&invocation.request_id);
        context.function_arn.clone_from(&invocation.function_arn);
        context.trace_id.clone_from(&invocation.trace_id);
        context.deadline = invocation.deadline;
        if let Some(end) = context.calls_end() {
            context.client = (self.until)(client, end);
        }
        Ok(context)
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
            .finish_non_exhaustive()
    }
}

/// Sends what came of an event; errors are in the log, too.
fn answer(api: &RuntimeApi, request_id: &str, result: Result<Vec<u8>, Error>) -> Result<(), Lost> {
    let error = match result {
        Ok(result) => match api.response(request_id, &result)? {
            Sent::TooLarge => {
                let length = result.len();
                let message = format!("the result of {length} bytes is larger than Lambda takes");
                Error::new("RESULT_TOO_LARGE", message)
            }
            sent => {
                tell(Ok(sent));
                return Ok(());
            }
        },
        Err(error) => error,
    };
    say(&error.report());
    tell(Ok(api.error(request_id, &error)?));
    Ok(())
}

/// Says in the log what came of sending, where that was not what it should.
fn tell(sent: Result<Sent, Lost>) {
    match sent {
        Ok(Sent::Taken) => {}
        Ok(Sent::TooLarge) => say("Lambda's runtime interface refused a report as too large"),
        Ok(Sent::Refused(status)) => say(&format!(
            "Lambda's runtime interface refused a result or report with {}: it came too late, or Lambda ended the event itself",
            status.as_u16()
        )),
        Err(lost) => say(&lost.to_string()),
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
    let outcome = stdout
        .write_all(result)
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush());
    match outcome {
        // Who closes the pipe has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            say(&format!("cannot write to standard output: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// Writes a line to the log.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{}", escaped(line));
}
