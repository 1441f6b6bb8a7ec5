//! The users who can log in with a password. One of them needs a second factor.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rand::{TryRng as _, rngs::SysRng};
use serde_json::{Value, json};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::super::{
    Error,
    keys::{identifier, random},
    response::{Code, ErrorResponse},
};

/// Seconds until a login without its second factor expires.
const WAITING_TIME: u64 = 300;
/// Logins that may wait for a second factor. The oldest is dropped for a new one.
const WAITING: usize = 100;
/// Wrong codes that end a login.
const TRIES: u32 = 5;

/// A generated user who can log in.
///
/// `Debug` shows neither password nor codes. They are wiped on drop.
#[derive(Clone)]
#[non_exhaustive]
pub struct Account {
    /// The user's email address.
    pub email: String,
    /// The user's password.
    pub password: String,
    /// The second factors. If there are any, a login must confirm one of them.
    pub factors: Vec<Factor>,
    /// The user's identifier.
    pub(in crate::sandbox) user: String,
}

/// A second factor of an [`Account`].
///
/// `Debug` does not show the code.
#[derive(Clone)]
#[non_exhaustive]
pub struct Factor {
    /// The identifier, which clients send as `methodId`.
    pub id: String,
    /// The API's type: `totp` or `recoveryCodes`.
    pub kind: &'static str,
    /// The name that the user sees.
    pub name: &'static str,
    /// The code that confirms it. Unlike a real one, it never changes.
    pub code: String,
}

impl Account {
    /// A user with only a password.
    pub(in crate::sandbox) fn plain(user: &str, email: &str) -> Result<Self, Error> {
        Ok(Self { email: email.to_owned(), password: random(8)?, factors: Vec::new(), user: user.to_owned() })
    }

    /// A user with a second factor.
    pub(in crate::sandbox) fn with_factors(user: &str, email: &str) -> Result<Self, Error> {
        let mut account = Self::plain(user, email)?;
        account.factors = Vec::from([
            Factor { id: identifier()?, kind: "totp", name: "Authenticator", code: six_digits()? },
            Factor { id: identifier()?, kind: "recoveryCodes", name: "Recovery codes", code: random(8)? },
        ]);
        Ok(account)
    }
}

fn six_digits() -> Result<String, Error> {
    let mut bytes = [0; 4];
    SysRng.try_fill_bytes(&mut bytes).map_err(|_| Error::Randomness)?;
    Ok(format!("{:06}", u32::from_le_bytes(bytes) % 1_000_000))
}

impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Account")
            .field("email", &self.email)
            .field("factors", &self.factors)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Factor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Factor")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl ZeroizeOnDrop for Account {}

impl Drop for Account {
    fn drop(&mut self) {
        self.password.zeroize();
        for factor in &mut self.factors {
            factor.code.zeroize();
        }
    }
}

/// The accounts, and the logins that wait for a second factor.
pub(in crate::sandbox) struct Accounts {
    accounts: Vec<Account>,
    waiting: Mutex<VecDeque<Waiting>>,
}

struct Waiting {
    token: String,
    /// Index of the account.
    account: usize,
    until: u64,
    tries: u32,
}

impl Accounts {
    pub(in crate::sandbox) fn new(accounts: Vec<Account>) -> Self {
        Self { accounts, waiting: Mutex::default() }
    }

    /// The identifier of the user with this password. An error if a second factor is needed; `now` is in seconds.
    pub(in crate::sandbox) fn log_in(&self, email: &str, password: &str, now: u64) -> Result<&str, ErrorResponse> {
        let found = self.accounts.iter().position(|account| account.email == email && account.password == password);
        let (index, account) = found.and_then(|index| Some((index, self.accounts.get(index)?))).ok_or_else(|| {
            ErrorResponse::new(Code::Authentication, "This combination of email and password is unknown")
        })?;
        if account.factors.is_empty() {
            return Ok(&account.user);
        }
        let token = random(20).map_err(|_| {
            ErrorResponse::new(Code::Server, "The operating system provides no random numbers for the login")
        })?;
        let methods: Vec<Value> = account
            .factors
            .iter()
            .map(|factor| json!({ "id": factor.id, "type": factor.kind, "name": factor.name, "tags": [] }))
            .collect();
        let mut waiting = self.waiting();
        if waiting.len() >= WAITING {
            waiting.pop_front();
        }
        waiting.push_back(Waiting {
            token: token.clone(),
            account: index,
            until: now.saturating_add(WAITING_TIME),
            tries: 0,
        });
        let mfa = json!({ "token": token, "tokenExpiresIn": WAITING_TIME, "methods": methods });
        let message =
            "A second factor is required: send a code of one of the methods to POST /auth/v2/oauth1/tokens/mfa";
        Err(ErrorResponse::new(Code::MfaRequired, message).with_field("mfa", mfa))
    }

    /// The identifier of the user whose login the code completes.
    pub(in crate::sandbox) fn confirm(
        &self,
        token: &str,
        method: &str,
        code: &str,
        now: u64,
    ) -> Result<&str, ErrorResponse> {
        let mut waiting = self.waiting();
        waiting.retain(|login| login.until >= now);
        let unknown = || {
            let message =
                "This login is unknown, has expired, or had too many wrong codes: log in again with the password";
            ErrorResponse::new(Code::InvalidMfaToken, message)
        };
        let at = waiting.iter().position(|login| login.token == token).ok_or_else(unknown)?;
        let login = waiting.get_mut(at).ok_or_else(unknown)?;
        let account = self.accounts.get(login.account).ok_or_else(unknown)?;
        let factor = account.factors.iter().find(|factor| factor.id == method);
        if factor.is_some_and(|factor| factor.code == code) {
            waiting.remove(at);
            return Ok(&account.user);
        }
        login.tries += 1;
        if login.tries >= TRIES {
            waiting.remove(at);
        }
        Err(match factor {
            Some(_) => ErrorResponse::new(
                Code::InvalidMfaCode,
                "The code is not that of the method; the one of the sandbox never changes",
            ),
            None => ErrorResponse::new(Code::IllegalArgument, "methodId is not one of the login's methods"),
        })
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
