//! Says what a client did wrong, one refused request after the other: it takes many times a request's own memory, which is
//! kept for the next one as long as it is one thread that takes it.

use alloc::{format, string::String, vec::Vec};
use std::{sync::mpsc, thread};

use crate::explain::{CapturedRequest, Options, Secrets, diagnose};

/// A request whose signature is refused, and the secrets of whom it names.
pub(super) struct Refused {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) form: Option<String>,
    pub(super) header: String,
    pub(super) secrets: Secrets,
}

/// A thread that explains, until this is dropped.
pub(super) struct Explainer(mpsc::Sender<(Refused, mpsc::Sender<String>)>);

impl Explainer {
    /// Starts it; where no thread can be had, nothing is explained.
    pub(super) fn start() -> Self {
        let (sender, asked) = mpsc::channel::<(Refused, mpsc::Sender<String>)>();
        let _ = thread::Builder::new().spawn(move || {
            for (refused, answer) in asked {
                if let Some(explanation) = refused.explanation() {
                    // Nobody may be left who waits for it.
                    let _ = answer.send(explanation);
                }
            }
        });
        Self(sender)
    }

    /// What the client did wrong, as far as it can be found out from what it sent: only where an answer is proven.
    pub(super) fn explain(&self, refused: Refused) -> Option<String> {
        let (sender, answer) = mpsc::channel();
        self.0.send((refused, sender)).ok()?;
        answer.recv().ok()
    }
}

impl Refused {
    fn explanation(&self) -> Option<String> {
        let mut request = CapturedRequest::new(&self.method, &self.url).authorization(&self.header);
        if let Some(form) = &self.form {
            request = request.form(form);
        }
        let diagnosis = diagnose(&request, &self.secrets, &Options::default());
        let explanation = diagnosis.explanations.first()?;
        let sentences: Vec<_> = explanation
            .mistakes
            .iter()
            .map(|found| format!("{} ({})", found.mistake.sentence, found.mistake.id))
            .collect();
        (!sentences.is_empty()).then(|| sentences.join("; "))
    }
}
