import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Every error response of the Lyzr contract, in the words that a person reads.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct LyzrErrorLinesTests {
    static let lines: [ErrorLine] = [
        ErrorLine(
            400, #"{"detail":"1 validation error for LLMConfig …"}"#, .invalid, CommonLines.refused,
            detail: "HTTP 400 · 1 validation error for LLMConfig …"),
        ErrorLine(
            401, #"{"detail":"Invalid API key"}"#, .unauthorized, CommonLines.refusedKey,
            detail: "HTTP 401 · Invalid API key"),
        ErrorLine(
            402, "", .quotaExceeded,
            "The quota of account “support” at HOST is used up. Ask the owner of the plan for more.",
            detail: "HTTP 402"),
        ErrorLine(
            403, #"{"detail":"Forbidden"}"#, .forbidden,
            "The key of account “support” may not send the message. It comes from the environment variable LYZR_API_KEY: check that it is the right one.",
            detail: "HTTP 403 · Forbidden"),
        ErrorLine(
            404, #"{"detail":"Agent not found"}"#, .notFound,
            "HOST does not know the agent “60d0fe4f5311236168a109ca” or this conversation. Check the agent's id and the url of the account in the configuration.",
            detail: "HTTP 404 · Agent not found"),
        ErrorLine(
            404, #"{"detail":"Task not found"}"#, .notFound,
            "HOST does not know this background turn any more. Its answer may be in the task's history; otherwise send the message again.",
            detail: "HTTP 404 · Task not found", on: .poll),
        ErrorLine(
            404, #"{"detail":"Session not found"}"#, .notFound, CommonLines.gone,
            detail: "HTTP 404 · Session not found", on: .history),
        ErrorLine(
            404, #"{"detail":"User not found"}"#, .notFound,
            "HOST does not know the user “user123”. Check the user, the agents and the url of the account in the configuration.",
            detail: "HTTP 404 · User not found", on: .tasks),
        ErrorLine(
            405, #"{"detail":"Method Not Allowed"}"#, .notFound,
            "HOST does not offer this. Check the url of account “support”.",
            detail: "HTTP 405 · Method Not Allowed"),
        ErrorLine(
            422,
            #"{"detail":[{"loc":["body","message"],"msg":"field required","type":"value_error.missing"}]}"#,
            .invalid, CommonLines.refused, detail: "HTTP 422 · message: field required"),
        ErrorLine(
            429, #"{"detail":"Credits exhausted"}"#, .rateLimited, CommonLines.limited,
            detail: "HTTP 429 · Credits exhausted"),
        ErrorLine(
            429, #"{"detail":"Slow down"}"#, .rateLimited, CommonLines.limited,
            detail: "HTTP 429 · Slow down", on: .tasks),
        ErrorLine(
            500, #"{"detail":"1 validation error for LLMConfig …"}"#, .service, CommonLines.failed,
            detail: "HTTP 500 · 1 validation error for LLMConfig …"),
        ErrorLine(
            502, "<html><title>502 Bad Gateway</title></html>", .service, CommonLines.failed,
            detail: "HTTP 502 · 502 Bad Gateway"),
        ErrorLine(503, "", .service, CommonLines.unavailable, detail: "HTTP 503"),
        ErrorLine(
            413, "", .invalid, "The message is too long for HOST. Shorten it.", detail: "HTTP 413"),
        ErrorLine(
            301, "", .notFound, "HOST does not offer this. Check the url of account “support”.",
            detail: "HTTP 301"),
    ]

    @Test(arguments: lines) func everyLine(line: ErrorLine) async throws {
        try await line.check(.lyzr, agent: Fixture.agent, session: "session123")
    }
}
