import AgentAPI
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Every error code of the chat tasks contract, in the words that a person reads.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct XagentErrorLinesTests {
    static let codes: [(Xagent.ErrorCode, ServiceError.Kind, String)] = [
        (.invalidAPIKey, .unauthorized, CommonLines.refusedKey),
        (
            .quotaExceeded, .quotaExceeded,
            "The team of account “support” has used up its quota of this month at HOST. Wait for the next month, or ask the owner of the plan for more."
        ),
        (
            .clientQuotaExceeded, .quotaExceeded,
            "The application of account “support” has used up its quota of this month at HOST. Wait for the next month, or ask the owner of the plan for more."
        ),
        (
            .agentNotFound, .notFound,
            "The key of account “support” belongs to another agent, or there is none with this id. Check the agents of the account in the configuration, and the key in the environment variable LYZR_API_KEY."
        ),
        (
            .taskNotFound, .notFound,
            "HOST does not know this task, or it belongs to another key than that of account “support”, which comes from the environment variable LYZR_API_KEY. Begin a new task if it is gone."
        ),
        (.templateNotFound, .notFound, missing("template")),
        (.workforceNotFound, .notFound, missing("workforce")),
        (.fileNotFound, .notFound, missing("file")),
        (.taskBusy, .busy, CommonLines.busy),
        (
            .interactionResponseRequired, .invalid,
            "The agent has asked something and waits for the answer. Answer that first."
        ),
        (
            .noPendingInteraction, .invalid,
            "The agent no longer waits for an answer. Send the message again."
        ),
        (
            .interactionNotResumable, .invalid,
            "The agent's question can no longer be answered. Begin a new task."
        ),
        (
            .workforceArchived, .invalid,
            "The workforce behind account “support” is archived. Restore it at HOST."
        ),
        (
            .workforceNotActive, .invalid,
            "The workforce behind account “support” is not active. Activate it at HOST."
        ),
        (
            .workforceConfigChanged, .invalid,
            "The workforce behind account “support” has changed since this task began. Begin a new task."
        ),
        (
            .idempotencyConflict, .invalid,
            "HOST takes the message for another one that it has already. Change a word and send it again."
        ),
        (
            .invalidInput, .invalid,
            "HOST does not accept the message as it is. Change it and send it again."
        ),
        (.rateLimited, .rateLimited, CommonLines.limited),
        (.internalError, .service, CommonLines.failed),
        (
            .temporarilyUnavailable, .service,
            "HOST cannot read the task's progress at the moment. Try again later."
        ),
    ]

    private static func missing(_ what: String) -> String {
        "HOST does not know the \(what) that this needs. Check whether it still exists there, and the agents of account “support” in the configuration."
    }

    static let lines: [ErrorLine] =
        codes.map { code, kind, message in
            ErrorLine(
                code.status, #"{"error":{"code":"\#(code.rawValue)","message":"\#(code.message)"}}"#, kind,
                message, detail: "HTTP \(code.status) · \(code.rawValue) · \(code.message)")
        } + [
            // The documents show a form that the server does not send; both are read.
            ErrorLine(
                422,
                #"{"detail":[{"loc":["body","message","content"],"msg":"field required","type":"missing"}]}"#,
                .invalid, CommonLines.refused, detail: "HTTP 422 · message.content: field required"),
            ErrorLine(
                404,
                #"{"error":{"code":"task_not_found","message":"Task not found or not accessible with this key."}}"#,
                .notFound, codes[4].2,
                detail: "HTTP 404 · task_not_found · Task not found or not accessible with this key.",
                on: .poll),
            ErrorLine(
                418, #"{"error":{"code":"teapot","message":"Short and stout."}}"#, .invalid,
                CommonLines.refused, detail: "HTTP 418 · teapot · Short and stout."),
        ]

    /// A message that has to answer a question is sent as its answer, so that this error can only come from that.
    @Test(arguments: lines.filter { !$0.body.contains("interaction_response_required") })
    func everyLine(line: ErrorLine) async throws {
        try await line.check(.xagent, agent: Agent(id: "7", name: "Flash"), session: "10", ticket: "10")
    }

    @Test func anAnswerThatIsRefusedAgainIsNotSentAThirdTime() async throws {
        let line = try #require(Self.lines.first { $0.body.contains("interaction_response_required") })
        try await ScriptedServer.answering { _ in
            answer("\(line.status) Conflict", body: line.body)
        } use: { server in
            let service = try XagentService(
                Fixture.account(server.url), transport: PatientTransport().transport)
            let conversation = Fixture.conversation("10", agent: Agent(id: "7", name: "Flash"))
            let error = await #expect(throws: ServiceError.self) {
                try await service.gather(TurnRequest(conversation: conversation, text: "hi"))
            }
            #expect(error?.message == line.message)
            #expect(error?.detail == line.detail)
            #expect(
                server.requests.map(\.target) == ["/v1/chat/tasks/10/messages", "/v1/chat/tasks/10/reply"])
        }
    }

    @Test func noCodeIsLeftOut() { #expect(Set(Self.codes.map(\.0)) == Set(Xagent.ErrorCode.allCases)) }
}
