//! The user behind the credentials.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// A user as `GET /users/v1/me` tells; names are read in snake case, as the API sends them, and in camel case, as the
/// JavaScript SDK gives them on. Nothing but the identifier has to be there.
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
    /// All else that was answered.
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
    /// All else that was answered.
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
    /// All else that was answered.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A list, or `null` for none.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
