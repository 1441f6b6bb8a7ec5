//! The token credentials that are known, and the user of each.

use std::sync::{
    Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicU64, Ordering},
};

use serde_json::{Value, json};

use super::super::{
    Keys,
    keys::{identifier, random},
    response::{Code, ErrorResponse},
};
use crate::oauth1::{Credentials, Signer};

/// Tokens are searched one by one.
const LIMIT: usize = 1000;

/// The identifier of the only application.
const APPLICATION: &str = "5a0b1c2d3e4f5a6b7c8da001";

/// Token credentials, with what the API shows of them.
pub(in crate::sandbox) struct Token {
    pub(in crate::sandbox) id: String,
    /// The identifier of the user.
    pub(in crate::sandbox) user: String,
    credentials: Credentials,
    pub(in crate::sandbox) signer: Signer,
    created: u64,
    used: AtomicU64,
}

impl Token {
    pub(in crate::sandbox) fn identifier(&self) -> &str {
        self.credentials.identifier()
    }

    pub(in crate::sandbox) fn secret(&self) -> &str {
        self.credentials.secret()
    }

    pub(in crate::sandbox) fn touch(&self, milliseconds: u64) {
        self.used.store(milliseconds, Ordering::Relaxed);
    }

    /// What a list shows. Only the response that creates the token has the secret.
    pub(in crate::sandbox) fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "applicationId": APPLICATION,
            "userId": self.user,
            "token": self.identifier(),
            "creationTimestamp": self.created,
            "updateTimestamp": self.created,
            "lastUsedTimestamp": self.used.load(Ordering::Relaxed),
        })
    }
}

/// The tokens of one client.
pub(in crate::sandbox) struct Tokens {
    client: Signer,
    tokens: RwLock<Vec<Arc<Token>>>,
}

impl Tokens {
    /// Starts with the token of the keys.
    pub(in crate::sandbox) fn new(keys: &Keys, id: String, user: &str, now: u64) -> Self {
        let client = Credentials::new(keys.consumer_key.as_str(), keys.consumer_secret.as_str());
        let token = Credentials::new(keys.token.as_str(), keys.token_secret.as_str());
        let tokens = Self { client: Signer::new(client), tokens: RwLock::default() };
        let first = tokens.token(id, user, token, now);
        tokens.write().push(first);
        tokens
    }

    fn token(&self, id: String, user: &str, credentials: Credentials, now: u64) -> Arc<Token> {
        Arc::new(Token {
            id,
            user: user.into(),
            signer: self.client.clone().token(credentials.clone()),
            credentials,
            created: now,
            used: AtomicU64::new(now),
        })
    }

    /// A signer with the client's credentials alone.
    pub(in crate::sandbox) fn client(&self) -> &Signer {
        &self.client
    }

    pub(in crate::sandbox) fn find(&self, identifier: &str) -> Option<Arc<Token>> {
        let tokens = self.read();
        let found = tokens.iter().find(|token| token.identifier() == identifier)?;
        Some(Arc::clone(found))
    }

    /// Creates a token for a user.
    pub(in crate::sandbox) fn create(&self, user: &str, now: u64) -> Result<Arc<Token>, ErrorResponse> {
        let random = || Some((identifier().ok()?, random(20).ok()?, random(20).ok()?));
        let (id, token, secret) = random().ok_or_else(|| {
            ErrorResponse::new(Code::Server, "The operating system provides no random numbers for a token")
        })?;
        let token = self.token(id, user, Credentials::new(token, secret), now);
        let mut tokens = self.write();
        if tokens.len() >= LIMIT {
            return Err(ErrorResponse::new(
                Code::IllegalState,
                "There are 1,000 tokens, which is the limit: remove some of them, or restart the sandbox",
            ));
        }
        tokens.push(Arc::clone(&token));
        Ok(token)
    }

    /// The tokens of a user, the oldest first.
    pub(in crate::sandbox) fn of(&self, user: &str) -> Vec<Value> {
        self.read().iter().filter(|token| token.user == user).map(|token| token.shown()).collect()
    }

    /// Removes a token of a user. False if the user has no such token.
    pub(in crate::sandbox) fn remove(&self, user: &str, id: &str) -> bool {
        let mut tokens = self.write();
        let before = tokens.len();
        tokens.retain(|token| token.user != user || token.id != id);
        tokens.len() != before
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<Token>>> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Arc<Token>>> {
        self.tokens.write().unwrap_or_else(PoisonError::into_inner)
    }
}
