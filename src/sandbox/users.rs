//! The made-up users, with the names of the wire.

use alloc::{format, string::String, vec::Vec};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::rql::Query;

/// Email addresses of the users who can log in: the second one needs a second factor.
pub(super) const LOGINS: [&str; 2] = ["sandy.boxer@example.com", "casey.factor@example.com"];

/// Some 6 kB of memory for each, so 570 MB where all are there.
const MOST: u32 = 100_000;

const FIRST_NAMES: [&str; 8] = [
    "Ada", "Björn", "Chloé", "Dmitri", "Emre", "Fatou", "Grace", "Zoë",
];
const LAST_NAMES: [&str; 8] = [
    "Adams", "Brown", "Çelik", "Doe", "Eriksen", "Fischer", "García", "O'Neil",
];

/// The users; all of them are made up.
pub(super) struct Users {
    users: Mutex<Vec<Value>>,
}

impl Users {
    /// As many users: the two who can log in, and others who are the same each time.
    pub(super) fn new(count: u32, now: u64) -> Self {
        let logins = [
            user(0, ("Sandy", "Boxer"), LOGINS[0], now),
            user(1, ("Casey", "Factor"), LOGINS[1], now),
        ];
        let others = (2..count.min(MOST)).map(|number| {
            let names = (pick(&FIRST_NAMES, number), pick(&LAST_NAMES, number / 8));
            let email = format!("user{number}@example.com");
            user(number, names, &email, now)
        });
        Self {
            users: Mutex::new(logins.into_iter().chain(others).collect()),
        }
    }

    /// A page of the users.
    pub(super) fn page(&self, query: &Query) -> Value {
        query.page(&self.lock())
    }

    /// One user.
    pub(super) fn get(&self, id: &str) -> Option<Value> {
        let users = self.lock();
        users.iter().find(|user| user["id"] == id).cloned()
    }

    /// Changes one user, and returns what came of it.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Value)) -> Option<Value> {
        let mut users = self.lock();
        let user = users.iter_mut().find(|user| user["id"] == id)?;
        change(user);
        Some(user.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Value>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The identifier of a user by the user's number: 24 hexadecimal digits, the form of the API's own.
pub(super) fn id(number: u32) -> String {
    format!(
        "5a0b1c2d3e4f5a6b{:08x}",
        0x7c8d_9e0f_u32.wrapping_add(number)
    )
}

fn pick(names: &[&'static str; 8], number: u32) -> &'static str {
    names.get(number as usize % 8).copied().unwrap_or_default()
}

fn user(number: u32, (first, last): (&str, &str), email: &str, now: u64) -> Value {
    json!({
        "id": id(number),
        "first_name": first,
        "last_name": last,
        "language": "EN",
        "time_zone": "Europe/Brussels",
        "email": email,
        "phone_number": format!("+32{}", 12_345_678_u32.wrapping_add(number)),
        "activation": true,
        "patient_enlistments": [{
            "group_id": "5a0b1c2d3e4f5a6b7c8db001",
            "expired": false,
            "creation_timestamp": now,
        }],
        "roles": [{
            "id": "5a0b1c2d3e4f5a6b7c8dc001",
            "name": "sandbox",
        }],
        "staff_enlistments": [{
            "group_id": "5a0b1c2d3e4f5a6b7c8db001",
            "roles": [],
        }],
        "last_failed_timestamp": 0,
        "failed_count": 0,
        "profile_image": null,
        "creation_timestamp": now,
        "update_timestamp": now,
    })
}
