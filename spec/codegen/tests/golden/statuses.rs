/// The types of requests and responses.
pub mod types {
    ///`Job`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Job {
        pub id: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default)]
        #[schemars(with = "::std::vec::Vec<::std::string::String>")]
        pub steps: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    }
    ///`JobDefault`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct JobDefault {
        pub text: ::std::string::String,
    }
    ///`Problem`
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        schemars::JsonSchema
    )]
    pub struct Problem {
        pub title: ::std::string::String,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct JobPath {
    pub job: ::std::string::String,
}
///What the path says.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct DeleteJobPath {
    pub job: ::std::string::String,
}
/// The headers of a response.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct CreateJobCreatedHeaders {
    ///Where it is.
    #[serde(rename = "Location")]
    pub location: ::std::string::String,
    #[serde(rename = "X-Cost")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "u64")]
    pub x_cost: ::std::option::Option<u64>,
    #[serde(rename = "X-Cached")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "bool")]
    pub x_cached: ::std::option::Option<bool>,
}
/// The headers of a response.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct CreateJobSeeOtherHeaders {
    #[serde(rename = "Location")]
    pub location: ::std::string::String,
}
/// The headers of a response.
#[derive(Clone, Debug, Default, serde::Serialize, schemars::JsonSchema)]
pub struct SlowHeaders {
    ///Seconds.
    #[serde(rename = "Retry-After")]
    #[serde(default)]
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    #[schemars(with = "u64")]
    pub retry_after: ::std::option::Option<u64>,
}
/// Every response that the document gives `create_job`.
#[derive(Debug)]
pub enum CreateJobResponse {
    /// 202: Queued.
    Accepted(types::Job),
    /// 201: Done at once.
    Created(types::Job, CreateJobCreatedHeaders),
    /// 303: It is there already.
    SeeOther(CreateJobSeeOtherHeaders),
    /// 409: What is wrong.
    Conflict(types::Problem),
    /// 429: Too many requests.
    TooManyRequests(types::Problem, SlowHeaders),
}
impl dropshot::HttpResponse for CreateJobResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::Accepted(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::Created(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some((
                        "application/json; charset=utf-8",
                        specfirst_dropshot::write::json(&body)?,
                    )),
                    &headers,
                )
            }
            Self::SeeOther(headers) => {
                specfirst_dropshot::write::response(status, None, &headers)
            }
            Self::Conflict(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some((
                        "application/problem+json",
                        specfirst_dropshot::write::json(&body)?,
                    )),
                    &(),
                )
            }
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some((
                        "application/problem+json",
                        specfirst_dropshot::write::json(&body)?,
                    )),
                    &headers,
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::CREATED),
            description: Some("Done at once.".to_owned()),
            ..<dropshot::HttpResponseHeaders<
                dropshot::HttpResponseOk<types::Job>,
                CreateJobCreatedHeaders,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Accepted(..) => http::StatusCode::ACCEPTED,
            Self::Created(..) => http::StatusCode::CREATED,
            Self::SeeOther(..) => http::StatusCode::SEE_OTHER,
            Self::Conflict(..) => http::StatusCode::CONFLICT,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
        }
    }
}
/// Every response that the document gives `job`.
#[derive(Debug)]
pub enum JobResponse {
    /// 200: The job.
    Ok(types::Job),
    /// 404: No such job.
    NotFound,
    /// 429: Too many requests.
    TooManyRequests(types::Problem, SlowHeaders),
    /// 4XX: What is wrong.
    ClientError(http::StatusCode, types::Problem),
    /// default: Whatever else
    /// goes wrong.
    Default(http::StatusCode, types::JobDefault),
}
impl dropshot::HttpResponse for JobResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        let documented = match &self {
            Self::ClientError(..) => {
                status.as_u16() / 100 == 4u16
                    && ![200u16, 404u16, 429u16].contains(&status.as_u16())
            }
            Self::Default(..) => {
                status.as_u16() >= 200 && status.as_u16() / 100 != 4u16
                    && ![200u16, 404u16, 429u16].contains(&status.as_u16())
            }
            _ => true,
        };
        if !documented {
            let message = format!(
                "the document has another response for status {status}"
            );
            return Err(dropshot::HttpError::for_internal_error(message));
        }
        match self {
            Self::Ok(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
            Self::NotFound => specfirst_dropshot::write::response(status, None, &()),
            Self::TooManyRequests(body, headers) => {
                specfirst_dropshot::write::response(
                    status,
                    Some((
                        "application/problem+json",
                        specfirst_dropshot::write::json(&body)?,
                    )),
                    &headers,
                )
            }
            Self::ClientError(_, body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some((
                        "application/problem+json",
                        specfirst_dropshot::write::json(&body)?,
                    )),
                    &(),
                )
            }
            Self::Default(_, body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::OK),
            description: Some("The job.".to_owned()),
            ..<dropshot::HttpResponseOk<
                types::Job,
            > as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::Ok(..) => http::StatusCode::OK,
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::TooManyRequests(..) => http::StatusCode::TOO_MANY_REQUESTS,
            Self::ClientError(status, ..) => *status,
            Self::Default(status, ..) => *status,
        }
    }
}
/// Every response that the document gives `delete_job`.
#[derive(Debug)]
pub enum DeleteJobResponse {
    /// 204: Gone.
    NoContent,
    /// 418: Not by a teapot.
    ImATeapot,
    /// 599: A status without a name.
    Status599(::serde_json::Value),
}
impl dropshot::HttpResponse for DeleteJobResponse {
    fn to_result(self) -> Result<http::Response<dropshot::Body>, dropshot::HttpError> {
        let status = dropshot::HttpResponse::status_code(&self);
        match self {
            Self::NoContent => specfirst_dropshot::write::response(status, None, &()),
            Self::ImATeapot => specfirst_dropshot::write::response(status, None, &()),
            Self::Status599(body) => {
                specfirst_dropshot::write::response(
                    status,
                    Some(("application/json", specfirst_dropshot::write::json(&body)?)),
                    &(),
                )
            }
        }
    }
    fn response_metadata() -> dropshot::ApiEndpointResponse {
        dropshot::ApiEndpointResponse {
            success: Some(http::StatusCode::NO_CONTENT),
            description: Some("Gone.".to_owned()),
            ..<dropshot::HttpResponseUpdatedNoContent as dropshot::HttpResponse>::response_metadata()
        }
    }
    fn status_code(&self) -> http::StatusCode {
        match self {
            Self::NoContent => http::StatusCode::NO_CONTENT,
            Self::ImATeapot => http::StatusCode::IM_A_TEAPOT,
            Self::Status599(..) => http::StatusCode::from_u16(599u16).unwrap_or_default(),
        }
    }
}
/// The operations of the document.
#[dropshot::api_description{module = "golden_api_mod"}]
pub trait GoldenApi {
    /// The state that the handlers share.
    type Context;
    #[endpoint{method = POST,
    path = "/jobs"}]
    async fn create_job(
        rqctx: dropshot::RequestContext<Self::Context>,
    ) -> Result<
        specfirst_dropshot::Response<CreateJobResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = GET,
    path = "/jobs/{job}"}]
    async fn job(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<JobPath>,
    ) -> Result<
        specfirst_dropshot::Response<JobResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
    #[endpoint{method = DELETE,
    path = "/jobs/{job}"}]
    async fn delete_job(
        rqctx: dropshot::RequestContext<Self::Context>,
        path: dropshot::Path<DeleteJobPath>,
    ) -> Result<
        specfirst_dropshot::Response<DeleteJobResponse, specfirst_dropshot::Problem>,
        specfirst_dropshot::ApiError<specfirst_dropshot::Problem>,
    >;
}
