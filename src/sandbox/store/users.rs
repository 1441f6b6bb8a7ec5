//! The made-up users, with the names of the wire.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Map, Value, json};

use super::super::rql::{Item, Query};

/// Email addresses of the users who can log in. The second one needs a second factor.
pub(in crate::sandbox) const LOGINS: [&str; 2] = ["sandy.boxer@example.com", "casey.factor@example.com"];

/// The maximum number of users. Each list filters all of them.
const MAXIMUM: u32 = 100_000;

const FIRST_NAMES: [&str; 8] = ["Ada", "Björn", "Chloé", "Dmitri", "Emre", "Fatou", "Grace", "Zoë"];
const LAST_NAMES: [&str; 8] = ["Adams", "Brown", "Çelik", "Doe", "Eriksen", "Fischer", "García", "O'Neil"];

/// Fields that differ between users. All users share the others.
const OWN: [&str; 6] = ["id", "first_name", "last_name", "email", "phone_number", "staff_enlistments"];

/// Which users a list has.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) enum Kind {
    All,
    Patients,
    Staff,
}

impl Kind {
    /// The field that is not empty for users of this kind, and the fields that the API shows: `Patient` and
    /// `StaffMember` of the SDK 8.14.1.
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

/// The users: two who can log in, and others that are the same each time.
///
/// A user is generated when it is needed, so that users need no memory. Only changed users are stored.
pub(in crate::sandbox) struct Users {
    count: u32,
    /// The fields that all users share.
    common: Value,
    /// A list clones the reference, so that it holds no lock while it filters.
    changed: Mutex<Arc<BTreeMap<u32, Value>>>,
    /// One list is filtered at a time, which bounds memory: up to 50 MB for 100,000 users.
    list: Mutex<()>,
}

impl Users {
    pub(in crate::sandbox) fn new(count: u32, now: u64) -> Self {
        Self { count: count.clamp(2, MAXIMUM), common: common(now), changed: Mutex::default(), list: Mutex::default() }
    }

    /// A page of the users.
    pub(in crate::sandbox) fn page(&self, kind: Kind, query: &Query) -> Value {
        let _turn = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = Arc::clone(&self.changed());
        let users = (0..self.count).map(|number| self.user(number, kind, &changed));
        query.page(users.filter(User::belongs))
    }

    /// One user.
    pub(in crate::sandbox) fn get(&self, id: &str) -> Option<Value> {
        let number = self.number(id)?;
        let changed = self.changed();
        Some(self.user(number, Kind::All, &changed).whole())
    }

    /// Changes one user and returns the result.
    pub(in crate::sandbox) fn change(&self, id: &str, change: impl FnOnce(&mut Value)) -> Option<Value> {
        let number = self.number(id)?;
        let mut changed = self.changed();
        let mut user = self.user(number, Kind::All, &changed).whole();
        change(&mut user);
        Arc::make_mut(&mut changed).insert(number, user.clone());
        Some(user)
    }

    fn user<'a>(&'a self, number: u32, kind: Kind, changed: &'a BTreeMap<u32, Value>) -> User<'a> {
        User { number, kind, common: &self.common, changed: changed.get(&number), own: OnceCell::new() }
    }

    /// The number of the user with this identifier, if there is one.
    fn number(&self, wanted: &str) -> Option<u32> {
        let digits = wanted.strip_prefix(PREFIX)?;
        let number = u32::from_str_radix(digits, 16).ok()?.wrapping_sub(FIRST);
        (number < self.count && id(number) == wanted).then_some(number)
    }

    fn changed(&self) -> MutexGuard<'_, Arc<BTreeMap<u32, Value>>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the users, as a list shows it.
struct User<'a> {
    number: u32,
    kind: Kind,
    common: &'a Value,
    changed: Option<&'a Value>,
    /// The values of the fields `OWN`, generated when the first of them is needed.
    own: OnceCell<[Value; OWN.len()]>,
}

impl User<'_> {
    fn belongs(&self) -> bool {
        self.kind.shown().is_none_or(|(enlistments, _)| {
            let found = self.field(enlistments).and_then(Value::as_array);
            found.is_some_and(|found| !found.is_empty())
        })
    }

    fn has(&self, name: &str) -> bool {
        self.kind.shown().is_none_or(|(_, fields)| fields.contains(&name))
    }

    /// In the order of `OWN`.
    fn generate(&self) -> [Value; OWN.len()] {
        let number = self.number;
        let login = LOGINS.get(number as usize);
        let (first_name, last_name) = match number {
            0 => ("Sandy", "Boxer"),
            1 => ("Casey", "Factor"),
            _ => (pick(&FIRST_NAMES, number), pick(&LAST_NAMES, number / 8)),
        };
        let email = match login {
            Some(email) => (*email).into(),
            None => format!("user{number}@example.com").into(),
        };
        // The users who can log in, and every tenth of the others.
        let staff_enlistments = match login.is_some() || number.is_multiple_of(10) {
            true => json!([{ "group_id": GROUP, "roles": [] }]),
            false => json!([]),
        };
        [
            id(number).into(),
            first_name.into(),
            last_name.into(),
            email,
            format!("+32{}", 12_345_678_u32.wrapping_add(number)).into(),
            staff_enlistments,
        ]
    }
}

impl Item for User<'_> {
    fn field(&self, name: &str) -> Option<&Value> {
        if !self.has(name) {
            return None;
        }
        match self.changed {
            Some(changed) => changed.get(name),
            None => match OWN.iter().position(|own| *own == name) {
                Some(index) => self.own.get_or_init(|| self.generate()).get(index),
                None => self.common.get(name),
            },
        }
    }

    fn whole(&self) -> Value {
        let common = self.common.as_object().into_iter().flatten();
        let names = OWN.into_iter().chain(common.map(|(name, _)| name.as_str()));
        let mut fields = Map::new();
        for name in names {
            if let Some(value) = self.field(name) {
                fields.insert(name.to_owned(), value.clone());
            }
        }
        Value::Object(fields)
    }
}

/// The prefix of every identifier, and the number after it in the first user's.
const PREFIX: &str = "5a0b1c2d3e4f5a6b";
const FIRST: u32 = 0x7c8d_9e0f;
const GROUP: &str = "5a0b1c2d3e4f5a6b7c8db001";

/// The identifier of a user: 24 hexadecimal digits, as in the API.
pub(in crate::sandbox) fn id(number: u32) -> String {
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
