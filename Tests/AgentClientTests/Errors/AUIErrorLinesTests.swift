import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Every error response of the AUI documents, in the words that a person reads.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct AUIErrorLinesTests {
    static let lines: [ErrorLine] = [
        ErrorLine(
            400,
            #"{"status_code":400,"description":"Content moderation triggered","message":"The message was flagged by content moderation.","extra_data":{"moderation_category":"harmful_content","flagged_text":"..."}}"#,
            .invalid,
            "The content moderation of HOST refused the message. Reword it and send it again.",
            detail: "HTTP 400 · Content moderation triggered: The message was flagged by content moderation."),
        ErrorLine(
            400, #"{"status_code":400,"description":"Bad Request","message":"No.","extra_data":{}}"#,
            .invalid,
            CommonLines.refused, detail: "HTTP 400 · Bad Request: No."),
        ErrorLine(
            401, #"{"detail":"Not authenticated"}"#, .unauthorized, CommonLines.refusedKey,
            detail: "HTTP 401 · Not authenticated"),
        ErrorLine(
            404,
            #"{"status_code":404,"description":"Not Found","message":"Task not found","extra_data":{}}"#,
            .notFound,
            "HOST does not know the agent “60d0fe4f5311236168a109ca” or this conversation. It may have been deleted there, or belong to the agent of another key: that of account “support” comes from the environment variable LYZR_API_KEY.",
            detail: "HTTP 404 · Not Found: Task not found"),
        ErrorLine(
            404,
            #"{"status_code":404,"description":"Not Found","message":"Task not found","extra_data":{}}"#,
            .notFound,
            "HOST does not know this conversation. It may have been deleted there, or belong to the agent of another key: that of account “support” comes from the environment variable LYZR_API_KEY.",
            detail: "HTTP 404 · Not Found: Task not found", on: .history),
        ErrorLine(
            422,
            #"{"detail":[{"loc":["body","task_id"],"msg":"field required","type":"value_error.missing"}]}"#,
            .invalid, CommonLines.refused, detail: "HTTP 422 · task_id: field required"),
        ErrorLine(
            422,
            #"{"errors":[{"loc":["body","task_id"],"msg":"field required","type":"value_error.missing"}]}"#,
            .invalid, CommonLines.refused, detail: "HTTP 422 · task_id: field required"),
        ErrorLine(
            429, "", .rateLimited, CommonLines.limited, detail: "HTTP 429"),
        ErrorLine(
            500,
            #"{"status_code":500,"description":"Internal server error","message":"An unexpected error occurred.","extra_data":{}}"#,
            .service, CommonLines.failed,
            detail: "HTTP 500 · Internal server error: An unexpected error occurred."),
        ErrorLine(
            503,
            #"{"status_code":503,"description":"Service Unavailable","message":"Later.","extra_data":{}}"#,
            .service, CommonLines.unavailable, detail: "HTTP 503 · Service Unavailable: Later."),
    ]

    @Test(arguments: lines) func everyLine(line: ErrorLine) async throws {
        try await line.check(.aui, agent: Fixture.agent, session: "68e78d0dc5a4b19a030d03d6")
    }
}
