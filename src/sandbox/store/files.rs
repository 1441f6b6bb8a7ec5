//! Uploaded files. Large ones are temporary files without a name, which the system deletes when the process ends.

use std::{
    io::{self, Read, Seek as _, SeekFrom, Write as _},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::{Value, json};
use tempfile::SpooledTempFile;

use super::super::{
    keys::{identifier, random},
    response::{Code, ErrorResponse},
};

/// Bytes of one file.
const FILE_LIMIT: u64 = 256 * 1024 * 1024;
/// Bytes of all files together.
const LIMIT: u64 = 1024 * 1024 * 1024;
/// Larger files are on disk.
const IN_MEMORY: usize = 64 * 1024;
/// Each has a file descriptor.
const FILES: usize = 200;
/// Tokens of one file.
const TOKENS: usize = 100;

/// What a token of a file permits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::sandbox) enum AccessLevel {
    Full,
    Read,
}

impl AccessLevel {
    pub(in crate::sandbox) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Read => "read",
        }
    }
}

/// A file that is complete.
pub(in crate::sandbox) struct Stored {
    description: Description,
    content: Mutex<SpooledTempFile>,
    size: u64,
    created: u64,
    tokens: Mutex<Vec<(String, AccessLevel)>>,
    _space: Space,
}

struct Content<'a> {
    file: &'a Stored,
    offset: u64,
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // All readers share the file's position.
        let content = &self.file.content;
        let mut content = content.lock().unwrap_or_else(PoisonError::into_inner);
        content.seek(SeekFrom::Start(self.offset))?;
        let length = content.read(buffer)?;
        self.offset += length as u64;
        Ok(length)
    }
}

/// A file's part of the space for all files, free again when this is dropped.
struct Space {
    used: Arc<AtomicU64>,
    size: u64,
}

impl Space {
    /// Reserves more. False if less is left.
    fn grow(&mut self, length: u64) -> bool {
        let grown = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            Some(used + length).filter(|used| *used <= LIMIT)
        });
        if grown.is_ok() {
            self.size += length;
        }
        grown.is_ok()
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        self.used.fetch_sub(self.size, Ordering::Relaxed);
    }
}

/// What the client says about its file.
pub(in crate::sandbox) struct Description {
    /// Identifier of the user.
    pub(in crate::sandbox) creator: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) media_type: String,
    pub(in crate::sandbox) tags: Vec<String>,
}

impl Stored {
    pub(in crate::sandbox) fn size(&self) -> u64 {
        self.size
    }

    pub(in crate::sandbox) fn media_type(&self) -> &str {
        &self.description.media_type
    }

    /// Reads the content from its beginning.
    pub(in crate::sandbox) fn content(&self) -> impl Read {
        Content { file: self, offset: 0 }
    }

    /// What the API shows to the holder of a token.
    pub(in crate::sandbox) fn shown(&self, access: AccessLevel) -> Value {
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

    /// Adds a token.
    pub(in crate::sandbox) fn add_token(&self, access: AccessLevel) -> Result<String, ErrorResponse> {
        let token = token()?;
        let mut tokens = self.tokens();
        if tokens.len() >= TOKENS {
            let message = format!("The file has {TOKENS} tokens, which is the limit");
            return Err(ErrorResponse::new(Code::IllegalState, message));
        }
        tokens.push((token.clone(), access));
        Ok(token)
    }

    /// Removes a token, but not the last one with full access: nobody could delete the file without it.
    pub(in crate::sandbox) fn remove_token(&self, token: &str) -> Result<(), ErrorResponse> {
        let mut tokens = self.tokens();
        let at = tokens.iter().position(|(other, _)| other == token);
        let at = at.ok_or_else(unknown)?;
        let has_another = tokens.iter().any(|(other, access)| other != token && *access == AccessLevel::Full);
        if !has_another {
            let message = "This is the file's last token with full access";
            return Err(ErrorResponse::new(Code::TokenNotDeletable, message));
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
pub(in crate::sandbox) struct Incoming {
    content: SpooledTempFile,
    space: Space,
}

impl Incoming {
    /// Adds a piece.
    pub(in crate::sandbox) fn write(&mut self, piece: &[u8]) -> Result<(), ErrorResponse> {
        let length = piece.len() as u64;
        self.check(length)?;
        if !self.space.grow(length) {
            let message = "The files would be larger than 1 GiB together, which is the limit: delete some of them, or start it again";
            return Err(ErrorResponse::new(Code::FileTooLarge, message));
        }
        self.content.write_all(piece).map_err(|error| {
            let folder = std::env::temp_dir();
            let message = format!(
                "The sandbox cannot write the file to {}: {error}; TMPDIR names another folder",
                folder.display()
            );
            ErrorResponse::new(Code::Server, message)
        })
    }

    /// Checks that the file may grow by a number of bytes.
    pub(in crate::sandbox) fn check(&self, length: u64) -> Result<(), ErrorResponse> {
        if length > FILE_LIMIT.saturating_sub(self.space.size) {
            let message = "The file is larger than 256 MiB, which is the limit";
            return Err(ErrorResponse::new(Code::FileTooLarge, message));
        }
        Ok(())
    }
}

/// All files.
pub(in crate::sandbox) struct Files {
    files: RwLock<Vec<Arc<Stored>>>,
    used: Arc<AtomicU64>,
}

impl Files {
    pub(in crate::sandbox) fn new() -> Self {
        Self { files: RwLock::default(), used: Arc::default() }
    }

    /// Begins an upload.
    pub(in crate::sandbox) fn begin(&self) -> Incoming {
        Incoming { content: SpooledTempFile::new(IN_MEMORY), space: Space { used: Arc::clone(&self.used), size: 0 } }
    }

    /// Keeps a file that is complete.
    pub(in crate::sandbox) fn keep(
        &self,
        incoming: Incoming,
        description: Description,
        now: u64,
    ) -> Result<Arc<Stored>, ErrorResponse> {
        let stored = Arc::new(Stored {
            description,
            content: Mutex::new(incoming.content),
            size: incoming.space.size,
            created: now,
            tokens: Mutex::new(Vec::from([(token()?, AccessLevel::Full)])),
            _space: incoming.space,
        });
        let mut files = self.write();
        if files.len() >= FILES {
            let message =
                format!("There are {FILES} files, which is the limit: delete some of them, or start it again");
            return Err(ErrorResponse::new(Code::IllegalState, message));
        }
        files.push(Arc::clone(&stored));
        Ok(stored)
    }

    /// All files, the oldest first, as shown to a user with every permission.
    pub(in crate::sandbox) fn shown(&self) -> Vec<Value> {
        let files = self.read();
        files.iter().map(|file| file.shown(AccessLevel::Full)).collect()
    }

    /// The file of a token, and what the token permits.
    pub(in crate::sandbox) fn find(&self, token: &str) -> Result<(Arc<Stored>, AccessLevel), ErrorResponse> {
        let files = self.read();
        files.iter().find_map(|file| Some((Arc::clone(file), file.access(token)?))).ok_or_else(unknown)
    }

    /// The file of a token that must have full access.
    pub(in crate::sandbox) fn own(&self, token: &str) -> Result<Arc<Stored>, ErrorResponse> {
        match self.find(token)? {
            (file, AccessLevel::Full) => Ok(file),
            _ => Err(ErrorResponse::new(
                Code::UnauthorizedToken,
                "The token has read access only, and this needs full access",
            )),
        }
    }

    /// Removes a file. Downloads that have begun go on.
    pub(in crate::sandbox) fn remove(&self, file: &Arc<Stored>) {
        self.write().retain(|other| !Arc::ptr_eq(other, file));
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<Stored>>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Arc<Stored>>> {
        self.files.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Random digits and an identifier.
fn token() -> Result<String, ErrorResponse> {
    let made = || Some(format!("{}-{}", random(16).ok()?, identifier().ok()?));
    made()
        .ok_or_else(|| ErrorResponse::new(Code::Server, "The operating system provides no random numbers for a token"))
}

fn unknown() -> ErrorResponse {
    ErrorResponse::new(Code::InvalidToken, "There is no file with this token")
}
