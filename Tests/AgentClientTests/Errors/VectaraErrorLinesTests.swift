import AgentAPI
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Every status and every code word of Vectara's documents, in the words that a person reads.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct VectaraErrorLinesTests {
    /// What a schema of the contract says: no code word, only messages.
    static let statuses: [ErrorLine] = [
        ErrorLine(
            400,
            #"{"field_errors":{"name":"must not be blank"},"messages":["Invalid request"],"request_id":"r"}"#,
            .invalid, CommonLines.refused, detail: "HTTP 400 · Invalid request; name: must not be blank"),
        ErrorLine(
            401, #"{"messages":["Invalid key"],"request_id":"r"}"#, .unauthorized, CommonLines.refusedKey,
            detail: "HTTP 401 · Invalid key"),
        ErrorLine(
            403, #"{"messages":["Forbidden"],"request_id":"r"}"#, .forbidden,
            "The key of account “support” may not send the message. It comes from the environment variable LYZR_API_KEY: check that it is the right one.",
            detail: "HTTP 403 · Forbidden"),
        ErrorLine(
            404, #"{"id":"nope","messages":["Session not found"],"request_id":"r"}"#, .notFound,
            "HOST does not know the agent “customer_support” or this conversation. Check the agent's id and the url of the account in the configuration.",
            detail: "HTTP 404 · Session not found"),
        ErrorLine(
            404, #"{"id":"nope","messages":["Agent not found"],"request_id":"r"}"#, .notFound,
            "HOST does not know the agent “customer_support”. Check the agent's id and the url of the account in the configuration.",
            detail: "HTTP 404 · Agent not found", on: .create),
        ErrorLine(
            404, #"{"id":"nope","messages":["Session not found"],"request_id":"r"}"#, .notFound,
            CommonLines.gone, detail: "HTTP 404 · Session not found", on: .rename),
        ErrorLine(
            409, #"{"messages":["The session is busy"],"request_id":"r"}"#, .busy, CommonLines.busy,
            detail: "HTTP 409 · The session is busy"),
        ErrorLine(
            422, #"{"messages":["Bad content"],"request_id":"r"}"#, .invalid, CommonLines.refused,
            detail: "HTTP 422 · Bad content"),
        ErrorLine(
            429, #"{"messages":["Slow down"],"request_id":"r"}"#, .rateLimited, CommonLines.limited,
            detail: "HTTP 429 · Slow down"),
        ErrorLine(
            500, #"{"messages":["Agent failed"],"request_id":"r"}"#, .service, CommonLines.failed,
            detail: "HTTP 500 · Agent failed"),
        ErrorLine(
            502, #"{"messages":["Bad gateway"],"request_id":"r"}"#, .service, CommonLines.failed,
            detail: "HTTP 502 · Bad gateway"),
    ]

    static let codes: [(Vectara.ErrorCode, Int, ServiceError.Kind, String)] = [
        (
            .invalidRequest, 400, .invalid,
            "HOST does not accept the request to send the message. The service's own words say why."
        ),
        (
            .invalidMetadata, 400, .invalid,
            "HOST does not accept the metadata of the session. The service's own words say why."
        ),
        (
            .invalidMessageContent, 400, .invalid,
            "HOST does not accept the message as it is. Change it and send it again."
        ),
        (.unauthorized, 401, .unauthorized, CommonLines.refusedKey),
        (
            .forbidden, 403, .forbidden,
            "The key of account “support” may not send the message. It comes from the environment variable LYZR_API_KEY: give it the right to use this agent, or use another key."
        ),
        (
            .agentNotFound, 404, .notFound,
            "HOST does not know this agent. An agent's id is its key there. Check the agents of account “support” in the configuration."
        ),
        (.sessionNotFound, 404, .notFound, CommonLines.gone),
        (.rateLimitExceeded, 429, .rateLimited, CommonLines.limited),
        (
            .agentProcessingFailed, 500, .service,
            "The agent failed at HOST. Send the message again."
        ),
    ]

    static let lines: [ErrorLine] =
        statuses
        + codes.map { code, status, kind, message in
            ErrorLine(
                status, #"{"code":"\#(code.rawValue)","messages":["No"],"request_id":"r"}"#, kind, message,
                detail: "HTTP \(status) · \(code.rawValue) · No")
        }

    @Test(arguments: lines) func everyLine(line: ErrorLine) async throws {
        try await line.check(
            .vectara, agent: Agent(id: "customer_support", name: "Customer Support"), session: "s1")
    }

    @Test func noCodeIsLeftOut() { #expect(Set(Self.codes.map(\.0)) == Set(Vectara.ErrorCode.allCases)) }
}
