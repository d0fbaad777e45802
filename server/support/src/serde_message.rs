//! Error messages of serde without the input, which may be a password.

/// Removes the quoted value from a message of serde: ``integer `7` `` becomes `integer`.
pub fn without_values(message: &str) -> String {
    // The value follows the problem, up to the last `, expected`, and may contain anything.
    for problem in ["invalid type: ", "invalid value: ", "unknown variant "] {
        let Some(rest) = message.strip_prefix(problem) else { continue };
        let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
        // The kind of the value comes before the value.
        let kind = found.split(['`', '"']).next().unwrap_or_default();
        let problem = format!("{problem}{kind}");
        return format!("{}, expected {expected}", problem.trim_end());
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn values_are_removed_from_messages_of_serde() {
        for (message, cut) in [
            (
                "invalid type: integer `734512`, expected a string",
                "invalid type: integer, expected a string",
            ),
            (
                "invalid type: string \"a, expected `b`\", expected u8",
                "invalid type: string, expected u8",
            ),
            ("invalid value: string \"x\", expected y", "invalid value: string, expected y"),
            (
                "unknown variant `hunter2`, expected one of `debug`, `info`",
                "unknown variant, expected one of `debug`, `info`",
            ),
            ("missing field `user`", "missing field `user`"),
        ] {
            assert_eq!(without_values(message), cut);
        }
    }
}
