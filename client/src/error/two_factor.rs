//! The second factors of an account, as the server lists them when it refuses a login.

use std::fmt;

use reqwest::StatusCode;
use serde_json::Value;

/// The second factors an account has, as the server lists them.
///
/// ```
/// # use login_client::{Error, TwoFactor};
/// fn prompt(factor: &TwoFactor) -> &'static str {
///     match factor.method() {
///         Some("email") => "the code from your e-mail",
///         _ => "the code of your authenticator, or a backup code",
///     }
/// }
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct TwoFactor {
    method: Option<String>,
    methods: Vec<String>,
    code_generated: Option<bool>,
    /// The status of the response: 401 at a login, 400 for another call. `None` without a response.
    pub(crate) status: Option<StatusCode>,
    /// Boxed, to keep every `Result` of this crate small.
    details: Box<Value>,
}

impl TwoFactor {
    /// Reads the details tolerantly: a member of the wrong type counts as absent, and stays in
    /// `details`.
    pub(crate) fn from_details(status: StatusCode, details: Option<Value>) -> Self {
        let details = details.unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            method: details.get("method").and_then(text),
            methods: details
                .get("availableMethods")
                .and_then(Value::as_array)
                .map(|methods| methods.iter().filter_map(text).collect())
                .unwrap_or_default(),
            code_generated: details.get("codeGenerated").and_then(Value::as_bool),
            status: Some(status),
            details: Box::new(details),
        }
    }

    /// The method that the server expects now: `totp`, `email` or `password`.
    ///
    /// ```
    /// # fn f(factor: &login_client::TwoFactor) {
    /// if factor.method() == Some("email") {
    ///     println!("look into your inbox");
    /// }
    /// # }
    /// ```
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// Every method of the account; empty if the server does not list them.
    ///
    /// ```
    /// # fn f(factor: &login_client::TwoFactor) {
    /// if factor.methods().iter().any(|method| method == "totp") {
    ///     println!("have your authenticator ready");
    /// }
    /// # }
    /// ```
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Whether the server has just generated and sent a code, as it does for e-mail.
    ///
    /// ```
    /// # fn f(factor: &login_client::TwoFactor) {
    /// if factor.code_generated() == Some(true) {
    ///     println!("a new code is on its way");
    /// }
    /// # }
    /// ```
    pub fn code_generated(&self) -> Option<bool> {
        self.code_generated
    }

    /// The member `details` as the server sent it; `null` if there was none.
    ///
    /// ```
    /// # fn f(factor: &login_client::TwoFactor) {
    /// println!("{}", factor.details()["emailOrUsername"]);
    /// # }
    /// ```
    pub fn details(&self) -> &Value {
        &self.details
    }
}

impl fmt::Debug for TwoFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The details are free text of the server and may contain an e-mail address.
        f.debug_struct("TwoFactor")
            .field("method", &self.method)
            .field("methods", &self.methods)
            .field("code_generated", &self.code_generated)
            .finish_non_exhaustive()
    }
}
