//! Values of options that several commands share.

use exh_oauth1::oauth1;

/// A name and a value. A control character is probably an accident, such as a newline at the end of a variable that was
/// read from a file.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    if let Some(control) = text.chars().find(|character| character.is_control()) {
        let encoded = oauth1::percent::encode(&control.to_string()).to_string();
        return Err(format!(
            "it contains the control character U+{:04X}; if you mean it, write {encoded} in the path or in a form with -d",
            u32::from(control)
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
}
