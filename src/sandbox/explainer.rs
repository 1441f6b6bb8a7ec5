//! Explains wrong signatures, one at a time.
//!
//! A search needs far more memory than a request. On one thread, the next search reuses the memory of the last one. The
//! queue is short: if it is full, the response has no explanation.

use std::{
    net::TcpStream,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use crate::explain::{CapturedRequest, Limits, Options, Secrets, diagnose};

/// Requests that wait for their explanation.
const QUEUE: usize = 8;
/// A search ends after this many units of work, each about a nanosecond.
const WORK: u64 = 100_000_000;

/// A thread that explains. It ends when this is dropped.
pub(super) struct Explainer(SyncSender<Job>);

struct Job {
    request: CapturedRequest,
    secrets: Secrets,
    client: TcpStream,
    result: SyncSender<String>,
}

impl Explainer {
    /// Starts the thread. If the system has none, nothing is explained.
    pub(super) fn start() -> Self {
        let (sender, jobs) = sync_channel::<Job>(QUEUE);
        let _ = thread::Builder::new().spawn(move || {
            for job in jobs {
                if is_connected(&job.client)
                    && let Some(explanation) = explanation(&job.request, &job.secrets)
                {
                    let _ = job.result.send(explanation);
                }
            }
        });
        Self(sender)
    }

    /// What the client did wrong, if it is proven. Waits for the thread, which skips clients that have disconnected.
    pub(super) fn explain(&self, request: CapturedRequest, secrets: Secrets, client: &TcpStream) -> Option<String> {
        let (result, explained) = sync_channel(1);
        let job = Job { request, secrets, client: client.try_clone().ok()?, result };
        self.0.try_send(job).ok()?;
        explained.recv().ok()
    }
}

/// Whether the client is still connected. Its thread waits for the explanation, so nothing else reads from the socket.
fn is_connected(client: &TcpStream) -> bool {
    let _ = client.set_nonblocking(true);
    let is_closed = matches!(client.peek(&mut [0]), Ok(0));
    let _ = client.set_nonblocking(false);
    !is_closed
}

/// The mistakes of the first explanation, each as a sentence and its identifier.
fn explanation(request: &CapturedRequest, secrets: &Secrets) -> Option<String> {
    let limits = Limits { work: WORK, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let diagnosis = diagnose(request, secrets, &options);
    let explanation = diagnosis.explanations.first()?;
    let sentences: Vec<_> =
        explanation.mistakes.iter().map(|found| format!("{} ({})", found.mistake.sentence, found.mistake.id)).collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}
