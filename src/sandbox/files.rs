//! The files that were uploaded: on disk where they are large, without a name there, so that nothing stays behind.

use alloc::{format, string::String, sync::Arc, vec::Vec};
use std::{
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use serde_json::{Value, json};
use tempfile::SpooledTempFile;

use super::{
    answer::{Code, Refusal},
    budget::{Budget, Share},
    keys::{identifier, random},
};

/// What one file may have, and all together.
const FILE_LIMIT: u64 = 256 * 1024 * 1024;
const LIMIT: u64 = 1024 * 1024 * 1024;
/// What of a file is kept in memory before it goes to the disk.
const IN_MEMORY: usize = 64 * 1024;
/// Each has a file descriptor.
const FILES: usize = 200;
const TOKENS: usize = 100;

/// What a token of a file lets its holder do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum AccessLevel {
    Full,
    Read,
}

impl AccessLevel {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Read => "read",
        }
    }
}

/// A file that is complete.
pub(super) struct Stored {
    description: Description,
    content: Mutex<SpooledTempFile>,
    size: u64,
    created: u64,
    tokens: Mutex<Vec<(String, AccessLevel)>>,
    _share: Share,
}

/// What is said of a file by who uploads it.
pub(super) struct Description {
    /// Identifier of the user.
    pub(super) creator: String,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) tags: Vec<String>,
}

impl Stored {
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn media_type(&self) -> &str {
        &self.description.media_type
    }

    /// Fills a piece from an offset.
    pub(super) fn read(&self, offset: u64, piece: &mut [u8]) -> io::Result<()> {
        // One at a time, since they share the file's position.
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.seek(SeekFrom::Start(offset))?;
        content.read_exact(piece)
    }

    /// What the API tells of it to a token's holder.
    pub(super) fn shown(&self, access: AccessLevel) -> Value {
        let mut shown = json!({
            "name": self.description.name,
            "mimetype": self.description.media_type,
            "size": self.size,
        });
        if access == AccessLevel::Full {
            let tokens: Vec<_> = self
                .tokens()
                .iter()
                .map(|(token, access)| json!({ "token": token, "accessLevel": access.name() }))
                .collect();
            shown["tokens"] = tokens.into();
            shown["creatorId"] = self.description.creator.as_str().into();
            shown["tags"] = self.description.tags.as_slice().into();
            shown["creationTimestamp"] = self.created.into();
            shown["updateTimestamp"] = self.created.into();
        }
        shown
    }

    /// Makes another token for it.
    pub(super) fn add_token(&self, access: AccessLevel) -> Result<String, Refusal> {
        let token = token()?;
        let mut tokens = self.tokens();
        if tokens.len() >= TOKENS {
            let message =
                format!("The file has {TOKENS} tokens, which is all that the sandbox keeps");
            return Err(Refusal::new(Code::IllegalState, message));
        }
        tokens.push((token.clone(), access));
        Ok(token)
    }

    /// Takes a token from it, but not the last with all rights, without which nobody could delete the file.
    pub(super) fn remove_token(&self, token: &str) -> Result<(), Refusal> {
        let mut tokens = self.tokens();
        let at = tokens.iter().position(|(other, _)| other == token);
        let at = at.ok_or_else(unknown)?;
        let has_another = tokens
            .iter()
            .any(|(other, access)| other != token && *access == AccessLevel::Full);
        if !has_another {
            let message = "This is the file's last token with full access";
            return Err(Refusal::new(Code::TokenNotDeletable, message));
        }
        tokens.remove(at);
        Ok(())
    }

    fn access(&self, token: &str) -> Option<AccessLevel> {
        let tokens = self.tokens();
        let (_, access) = tokens.iter().find(|(other, _)| other == token)?;
        Some(*access)
    }

    fn tokens(&self) -> MutexGuard<'_, Vec<(String, AccessLevel)>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that is being uploaded.
pub(super) struct Incoming {
    content: SpooledTempFile,
    size: u64,
    share: Share,
}

impl Incoming {
    /// Adds a piece.
    pub(super) fn write(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        let length = piece.len() as u64;
        self.check(length)?;
        if !self.share.grow(length) {
            let message = "The files would be larger than 1 GiB together, which is all that the sandbox keeps: delete some of them, or start it again";
            return Err(Refusal::new(Code::FileTooLarge, message));
        }
        self.size += length;
        self.content.write_all(piece).map_err(|error| {
            let folder = std::env::temp_dir();
            let message = format!(
                "The sandbox cannot write the file to {}: {error}; TMPDIR names another folder",
                folder.display()
            );
            Refusal::new(Code::Server, message)
        })
    }

    /// Whether so much more would be too much.
    pub(super) fn check(&self, length: u64) -> Result<(), Refusal> {
        if length > FILE_LIMIT - self.size {
            let message = "The file is larger than 256 MiB, which is all that the sandbox takes";
            return Err(Refusal::new(Code::FileTooLarge, message));
        }
        Ok(())
    }
}

/// The files, all of them.
pub(super) struct Files {
    files: RwLock<Vec<Arc<Stored>>>,
    budget: Arc<Budget>,
}

impl Files {
    pub(super) fn new() -> Self {
        Self {
            files: RwLock::default(),
            budget: Budget::new(LIMIT),
        }
    }

    /// Begins a file.
    pub(super) fn begin(&self) -> Incoming {
        Incoming {
            content: SpooledTempFile::new(IN_MEMORY),
            size: 0,
            share: Share::of(&self.budget),
        }
    }

    /// Keeps a file that is complete.
    pub(super) fn keep(
        &self,
        incoming: Incoming,
        description: Description,
        now: u64,
    ) -> Result<Arc<Stored>, Refusal> {
        let stored = Arc::new(Stored {
            description,
            content: Mutex::new(incoming.content),
            size: incoming.size,
            created: now,
            tokens: Mutex::new(Vec::from([(token()?, AccessLevel::Full)])),
            _share: incoming.share,
        });
        let mut files = self.write();
        if files.len() >= FILES {
            let message = format!(
                "There are {FILES} files, which is all that the sandbox keeps: delete some of them, or start it again"
            );
            return Err(Refusal::new(Code::IllegalState, message));
        }
        files.push(Arc::clone(&stored));
        Ok(stored)
    }

    /// All files, the oldest first, as who may do everything sees them.
    pub(super) fn shown(&self) -> Vec<Value> {
        let files = self.read();
        files
            .iter()
            .map(|file| file.shown(AccessLevel::Full))
            .collect()
    }

    /// The file of a token, and what the token lets its holder do.
    pub(super) fn find(&self, token: &str) -> Result<(Arc<Stored>, AccessLevel), Refusal> {
        let files = self.read();
        files
            .iter()
            .find_map(|file| Some((Arc::clone(file), file.access(token)?)))
            .ok_or_else(unknown)
    }

    /// The file of a token that has all rights.
    pub(super) fn own(&self, token: &str) -> Result<Arc<Stored>, Refusal> {
        match self.find(token)? {
            (file, AccessLevel::Full) => Ok(file),
            _ => Err(Refusal::new(
                Code::UnauthorizedToken,
                "The token has read access only, and this needs full access",
            )),
        }
    }

    /// Forgets a file; who is reading it may go on.
    pub(super) fn remove(&self, file: &Arc<Stored>) {
        self.write().retain(|other| !Arc::ptr_eq(other, file));
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<Stored>>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Arc<Stored>>> {
        self.files.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An identifier and random octets.
fn token() -> Result<String, Refusal> {
    let made = || Some(format!("{}-{}", random(16).ok()?, identifier().ok()?));
    made().ok_or_else(|| {
        Refusal::new(
            Code::Server,
            "The operating system gives no random numbers for a token",
        )
    })
}

fn unknown() -> Refusal {
    Refusal::new(Code::InvalidToken, "There is no file with this token")
}
