//! The made-up users, with the names of the wire.

use alloc::{borrow::Cow, collections::BTreeMap, format, string::String};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use super::rql::{Item, Query};

/// Email addresses of the users who can log in: the second one needs a second factor.
pub(super) const LOGINS: [&str; 2] = ["sandy.boxer@example.com", "casey.factor@example.com"];

/// Enough for any test, and few enough to look through for each page.
const MOST: u32 = 100_000;

const FIRST_NAMES: [&str; 8] = [
    "Ada", "Björn", "Chloé", "Dmitri", "Emre", "Fatou", "Grace", "Zoë",
];
const LAST_NAMES: [&str; 8] = [
    "Adams", "Brown", "Çelik", "Doe", "Eriksen", "Fischer", "García", "O'Neil",
];

/// Fields that are each user's own; the others are the same for all.
const OWN: [&str; 6] = [
    "id",
    "first_name",
    "last_name",
    "email",
    "phone_number",
    "staff_enlistments",
];

/// Whom a list is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    All,
    Patients,
    Staff,
}

impl Kind {
    /// The field that says who belongs to it, and the fields that the API shows of them: `Patient` and `StaffMember` of the SDK 8.14.1.
    fn shown(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self::All => None,
            Self::Patients => Some((
                "patient_enlistments",
                &[
                    "id",
                    "first_name",
                    "last_name",
                    "email",
                    "activation",
                    "phone_number",
                    "profile_image",
                    "language",
                    "time_zone",
                    "patient_enlistments",
                ],
            )),
            Self::Staff => Some((
                "staff_enlistments",
                &[
                    "id",
                    "first_name",
                    "last_name",
                    "profile_image",
                    "email",
                    "phone_number",
                    "time_zone",
                    "staff_enlistments",
                ],
            )),
        }
    }
}

/// The users: two who can log in, and others who are the same each time.
///
/// They are made up when they are asked for, so that any number takes no memory. Those who were changed are kept.
pub(super) struct Users {
    count: u32,
    /// What all have in common.
    common: Value,
    changed: Mutex<BTreeMap<u32, Value>>,
}

impl Users {
    pub(super) fn new(count: u32, now: u64) -> Self {
        Self {
            count: count.clamp(2, MOST),
            common: common(now),
            changed: Mutex::default(),
        }
    }

    /// A page of the users.
    pub(super) fn page(&self, kind: Kind, query: &Query) -> Value {
        let changed = self.lock();
        let users = (0..self.count).map(|number| User {
            number,
            kind,
            common: &self.common,
            changed: changed.get(&number),
        });
        query.page(users.filter(User::belongs))
    }

    /// One user.
    pub(super) fn get(&self, id: &str) -> Option<Value> {
        let number = self.number(id)?;
        let changed = self.lock();
        Some(self.user(number, &changed))
    }

    /// Changes one user, and returns what came of it.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Value)) -> Option<Value> {
        let number = self.number(id)?;
        let mut changed = self.lock();
        let mut user = self.user(number, &changed);
        change(&mut user);
        changed.insert(number, user.clone());
        Some(user)
    }

    fn user(&self, number: u32, changed: &BTreeMap<u32, Value>) -> Value {
        let user = User {
            number,
            kind: Kind::All,
            common: &self.common,
            changed: changed.get(&number),
        };
        user.whole()
    }

    /// The number in an identifier, where there is such a user.
    fn number(&self, wanted: &str) -> Option<u32> {
        let digits = wanted.strip_prefix(PREFIX)?;
        let number = u32::from_str_radix(digits, 16).ok()?.wrapping_sub(FIRST);
        (number < self.count && id(number) == wanted).then_some(number)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Value>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the users, as a list shows them.
struct User<'a> {
    number: u32,
    kind: Kind,
    common: &'a Value,
    changed: Option<&'a Value>,
}

impl User<'_> {
    fn belongs(&self) -> bool {
        self.kind.shown().is_none_or(|(enlistments, _)| {
            let found = self.field(enlistments);
            let found = found.as_deref().and_then(Value::as_array);
            found.is_some_and(|found| !found.is_empty())
        })
    }

    fn has(&self, name: &str) -> bool {
        self.kind
            .shown()
            .is_none_or(|(_, fields)| fields.contains(&name))
    }

    /// One of the fields of `OWN`, as it was made up.
    fn own(&self, name: &str) -> Option<Value> {
        let number = self.number;
        let login = LOGINS.get(number as usize);
        Some(match name {
            "id" => id(number).into(),
            "first_name" => match number {
                0 => "Sandy".into(),
                1 => "Casey".into(),
                _ => pick(&FIRST_NAMES, number).into(),
            },
            "last_name" => match number {
                0 => "Boxer".into(),
                1 => "Factor".into(),
                _ => pick(&LAST_NAMES, number / 8).into(),
            },
            "email" => match login {
                Some(email) => (*email).into(),
                None => format!("user{number}@example.com").into(),
            },
            "phone_number" => format!("+32{}", 12_345_678_u32.wrapping_add(number)).into(),
            // Who can log in, and every tenth of the others.
            "staff_enlistments" if login.is_some() || number.is_multiple_of(10) => json!([{
                "group_id": GROUP,
                "roles": [],
            }]),
            "staff_enlistments" => json!([]),
            _ => return None,
        })
    }
}

impl Item for User<'_> {
    fn field(&self, name: &str) -> Option<Cow<'_, Value>> {
        if !self.has(name) {
            return None;
        }
        match self.changed {
            Some(changed) => changed.get(name).map(Cow::Borrowed),
            None => match self.own(name) {
                Some(own) => Some(Cow::Owned(own)),
                None => self.common.get(name).map(Cow::Borrowed),
            },
        }
    }

    fn whole(&self) -> Value {
        let common = self.common.as_object().into_iter().flatten();
        let names = OWN.into_iter().chain(common.map(|(name, _)| name.as_str()));
        let mut fields = Map::new();
        for name in names {
            if let Some(value) = self.field(name) {
                fields.insert(name.to_owned(), value.into_owned());
            }
        }
        Value::Object(fields)
    }
}

/// With what follows the prefix, the identifier of the first user.
const PREFIX: &str = "5a0b1c2d3e4f5a6b";
const FIRST: u32 = 0x7c8d_9e0f;
const GROUP: &str = "5a0b1c2d3e4f5a6b7c8db001";

/// The identifier of a user by the user's number: 24 hexadecimal digits, the form of the API's own.
pub(super) fn id(number: u32) -> String {
    format!("{PREFIX}{:08x}", FIRST.wrapping_add(number))
}

fn pick(names: &[&'static str; 8], number: u32) -> &'static str {
    names.get(number as usize % 8).copied().unwrap_or_default()
}

fn common(now: u64) -> Value {
    json!({
        "language": "EN",
        "time_zone": "Europe/Brussels",
        "activation": true,
        "patient_enlistments": [{
            "group_id": GROUP,
            "expired": false,
            "creation_timestamp": now,
        }],
        "roles": [{
            "id": "5a0b1c2d3e4f5a6b7c8dc001",
            "name": "sandbox",
        }],
        "last_failed_timestamp": 0,
        "failed_count": 0,
        "profile_image": null,
        "creation_timestamp": now,
        "update_timestamp": now,
    })
}
