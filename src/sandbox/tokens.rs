//! The token credentials that are known: whom they stand for, and until when.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Value, json};

use super::{
    Keys,
    answer::{Code, Refusal},
    keys::{identifier, random},
};
use crate::oauth1::{Credentials, Signer};

/// Enough for any test, and few enough to look through.
const LIMIT: usize = 1000;

/// What the application of the sandbox is known by.
const APPLICATION: &str = "5a0b1c2d3e4f5a6b7c8da001";

/// Token credentials, with what the API tells of them.
pub(super) struct Token {
    pub(super) id: String,
    /// The identifier of the user it stands for.
    pub(super) user: String,
    credentials: Credentials,
    pub(super) signer: Signer,
    created: u64,
    used: AtomicU64,
}

impl Token {
    pub(super) fn identifier(&self) -> &str {
        self.credentials.identifier()
    }

    pub(super) fn secret(&self) -> &str {
        self.credentials.secret()
    }

    pub(super) fn touch(&self, milliseconds: u64) {
        self.used.store(milliseconds, Ordering::Relaxed);
    }

    /// What a list shows. The secret is told once only, when the token is made.
    pub(super) fn shown(&self) -> Value {
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
pub(super) struct Tokens {
    client: Signer,
    tokens: RwLock<Vec<Arc<Token>>>,
}

impl Tokens {
    /// Begins with the token of the keys.
    pub(super) fn new(keys: &Keys, id: String, user: &str, now: u64) -> Self {
        let client = Credentials::new(keys.consumer_key.as_str(), keys.consumer_secret.as_str());
        let token = Credentials::new(keys.token.as_str(), keys.token_secret.as_str());
        let tokens = Self {
            client: Signer::new(client),
            tokens: RwLock::default(),
        };
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
    pub(super) fn client(&self) -> &Signer {
        &self.client
    }

    pub(super) fn find(&self, identifier: &str) -> Option<Arc<Token>> {
        let tokens = self.read();
        let found = tokens
            .iter()
            .find(|token| token.identifier() == identifier)?;
        Some(Arc::clone(found))
    }

    /// Makes a token for a user.
    pub(super) fn create(&self, user: &str, now: u64) -> Result<Arc<Token>, Refusal> {
        let random = || Some((identifier().ok()?, random(20).ok()?, random(20).ok()?));
        let (id, token, secret) = random().ok_or_else(|| {
            Refusal::new(
                Code::Server,
                "The operating system gives no random numbers for a token",
            )
        })?;
        let token = self.token(id, user, Credentials::new(token, secret), now);
        let mut tokens = self.write();
        if tokens.len() >= LIMIT {
            return Err(Refusal::new(
                Code::IllegalState,
                "There are 1,000 tokens, which is all that the sandbox keeps: remove some of them, or start it again",
            ));
        }
        tokens.push(Arc::clone(&token));
        Ok(token)
    }

    /// The tokens that stand for a user, the oldest first.
    pub(super) fn of(&self, user: &str) -> Vec<Value> {
        self.read()
            .iter()
            .filter(|token| token.user == user)
            .map(|token| token.shown())
            .collect()
    }

    /// Takes a token from a user; from then on it is unknown. False where the user has no such token.
    pub(super) fn remove(&self, user: &str, id: &str) -> bool {
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
