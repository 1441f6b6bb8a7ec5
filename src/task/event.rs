//! The event of a task: the task object.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The task object that a function receives. The input is in `data`, whose type you choose.
///
/// Extra Horizon does not document which of the stored fields reach a function, so all of them are optional. If `data`
/// is missing, it is read as `null`. Times are text as the API writes them, such as `2021-09-29T15:17:07.051Z`.
///
/// ```
/// use exh_oauth1::task::Event;
///
/// #[derive(serde::Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Measurement {
///     document_id: String,
/// }
///
/// let event: Event<Measurement> =
///     serde_json::from_str(r#"{"id":"757f191a810c19729de860ae","data":{"documentId":"abc"}}"#)?;
/// assert_eq!(event.data.document_id, "abc");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<Data = Value> {
    /// The identifier of the task.
    pub id: Option<String>,
    /// The name of the function.
    pub function_name: Option<String>,
    /// The input.
    pub data: Data,
    /// The status, such as `inProgress`.
    pub status: Option<String>,
    /// When the status changed.
    pub status_changed_timestamp: Option<String>,
    /// The tags.
    pub tags: Vec<String>,
    /// When the task is due to start.
    pub start_timestamp: Option<String>,
    /// The priority; higher values run first.
    pub priority: Option<i64>,
    /// The application that created the task.
    pub created_by_application_id: Option<String>,
    /// The user who created the task.
    pub created_by_user_id: Option<String>,
    /// When the task was created.
    pub creation_timestamp: Option<String>,
    /// When the task was last changed.
    pub update_timestamp: Option<String>,
    /// The tasks that this task retries.
    pub retry_for_task_ids: Vec<String>,
    /// All other fields.
    pub other: Map<String, Value>,
}

impl<Data> Event<Data> {
    /// An event with this input and nothing else, to call a handler in a test.
    pub fn new(data: Data) -> Self {
        Self {
            id: None,
            function_name: None,
            data,
            status: None,
            status_changed_timestamp: None,
            tags: Vec::new(),
            start_timestamp: None,
            priority: None,
            created_by_application_id: None,
            created_by_user_id: None,
            creation_timestamp: None,
            update_timestamp: None,
            retry_for_task_ids: Vec::new(),
            other: Map::new(),
        }
    }
}

impl<'de, Data: DeserializeOwned> Deserialize<'de> for Event<Data> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut map = Map::deserialize(deserializer)?;
        Ok(Self {
            id: take(&mut map, "id")?,
            function_name: take(&mut map, "functionName")?,
            data: take(&mut map, "data")?,
            status: take(&mut map, "status")?,
            status_changed_timestamp: take(&mut map, "statusChangedTimestamp")?,
            tags: list(&mut map, "tags")?,
            start_timestamp: take(&mut map, "startTimestamp")?,
            priority: take(&mut map, "priority")?,
            created_by_application_id: take(&mut map, "createdByApplicationId")?,
            created_by_user_id: take(&mut map, "createdByUserId")?,
            creation_timestamp: take(&mut map, "creationTimestamp")?,
            update_timestamp: take(&mut map, "updateTimestamp")?,
            retry_for_task_ids: list(&mut map, "retryForTaskIds")?,
            other: map,
        })
    }
}

fn list<E: serde::de::Error>(map: &mut Map<String, Value>, name: &str) -> Result<Vec<String>, E> {
    Ok(take::<Option<_>, E>(map, name)?.unwrap_or_default())
}

/// Takes a field out of the map; a missing one is `null`.
pub(super) fn take<T: DeserializeOwned, E: serde::de::Error>(map: &mut Map<String, Value>, name: &str) -> Result<T, E> {
    serde_json::from_value(map.remove(name).unwrap_or_default())
        .map_err(|error| E::custom(format_args!("{name}: {}", outline(&error))))
}

/// The message of serde's error without the event's values, which may be about a patient.
pub(super) fn outline(error: &serde_json::Error) -> String {
    let text = error.to_string();
    for kind in ["invalid type: ", "invalid value: ", "unknown variant "] {
        let Some(at) = text.find(kind) else {
            continue;
        };
        let at = at + kind.len();
        let expected = text.rfind(", expected").unwrap_or(text.len());
        if let Some(value) = text.get(at..expected).and_then(|what| what.find(['`', '"'])) {
            let what = text[..at + value].trim_end();
            return format!("{what}{}", &text[expected..]);
        }
    }
    text
}

/// Reads an event; empty input is an empty object.
pub(super) fn read<E: DeserializeOwned>(bytes: &[u8]) -> Result<E, super::Error> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("the event cannot be read: {}", outline(&error));
        super::Error::new("INVALID_EVENT", message).exits(2)
    })
}
