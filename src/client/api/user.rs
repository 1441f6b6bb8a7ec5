//! Users, and the one whom the credentials belong to.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::client::{
    agent::client::Client,
    outcome::{
        error::{Error, Unexpected},
        response::{LARGEST_READ, Response},
    },
};

/// The path of the user whom the credentials belong to.
pub const ME: &str = "/users/v1/me";

/// A user, as `GET /users/v1/me` returns it. Only the identifier is required. Names are accepted in snake case, as the
/// API sends them, and in camel case, as the JavaScript SDK passes them on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct User {
    /// The identifier.
    pub id: String,
    /// The first name.
    #[serde(default, alias = "firstName")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, alias = "lastName")]
    pub last_name: Option<String>,
    /// The language, such as `EN`.
    #[serde(default)]
    pub language: Option<String>,
    /// The time zone, such as `Europe/Brussels`.
    #[serde(default, alias = "timeZone")]
    pub time_zone: Option<String>,
    /// The email address.
    #[serde(default)]
    pub email: Option<String>,
    /// The phone number.
    #[serde(default, alias = "phoneNumber")]
    pub phone_number: Option<String>,
    /// Whether the account is activated.
    #[serde(default)]
    pub activation: Option<bool>,
    /// The global roles.
    #[serde(default, deserialize_with = "list")]
    pub roles: Vec<Role>,
    /// The groups in which the user is a patient.
    #[serde(default, alias = "patientEnlistments", deserialize_with = "list")]
    pub patient_enlistments: Vec<Enlistment>,
    /// The groups in which the user is staff.
    #[serde(default, alias = "staffEnlistments", deserialize_with = "list")]
    pub staff_enlistments: Vec<Enlistment>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A role of a user.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Role {
    /// The identifier.
    #[serde(default)]
    pub id: Option<String>,
    /// The name, such as `exh.tasks.example`.
    #[serde(default)]
    pub name: Option<String>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A user's place in a group.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Enlistment {
    /// The identifier of the group.
    #[serde(default, alias = "groupId")]
    pub group_id: Option<String>,
    /// The roles in the group, which staff has.
    #[serde(default, deserialize_with = "list")]
    pub roles: Vec<Role>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A list, or `null` for none.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Client {
    /// The user whom the credentials belong to.
    ///
    /// # Errors
    ///
    /// As [`RequestBuilder::send`](crate::client::RequestBuilder::send), and [`Error::Unexpected`] if the response is
    /// not a user.
    pub fn me(&self) -> Result<User, Error> {
        self.get(ME)?.user()
    }
}

impl Response {
    /// Reads the body as a user.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] if the body has more than 8 MiB, and [`Error::Unexpected`] if it is not a user.
    pub fn user(&self) -> Result<User, Error> {
        self.within(LARGEST_READ)?.json()
    }

    /// Checks that the body is a user: an object with an `id` that is text. Numbers of any size are accepted.
    ///
    /// # Errors
    ///
    /// As [`user`](Self::user).
    pub fn expect_user(&self) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Identified {
            #[serde(rename = "id")]
            _id: String,
        }
        let text = self.within(LARGEST_READ)?.text()?;
        self.json::<Identified>()?;
        // serde accepts a list of the fields' values for an object, too.
        if text.trim_start().starts_with('[') {
            return Err(self.unexpected(Unexpected::Shape { line: 1, column: 1 }));
        }
        Ok(())
    }

    fn within(&self, limit: u64) -> Result<&Self, Error> {
        if self.bytes().len() as u64 > limit {
            return Err(Error::TooLarge { url: self.url().to_owned(), limit, attempts: self.attempts().to_vec() });
        }
        Ok(self)
    }
}
