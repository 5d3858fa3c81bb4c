import AgentAPI
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct ErrorBodyTests {
    static let bodies: [(body: String, text: String, code: String?)] = [
        (
            #"{"error":{"code":"task_busy","message":"Task is currently running; retry after it completes."}}"#,
            "Task is currently running; retry after it completes.", "task_busy"
        ),
        (
            #"{"messages":["Session not found"],"request_id":"cb55516287bf4f3c963fcc4e5af3fe9f"}"#,
            "Session not found", nil
        ),
        (
            #"{"field_errors":{"name":"must not be blank"},"messages":["Bad request"],"request_id":"1"}"#,
            "Bad request; name: must not be blank", nil
        ),
        (#"{"field_errors":{"b":"two","a":"one"}}"#, "a: one; b: two", nil),
        (
            #"{"status_code":400,"description":"Content moderation triggered","message":"The message was flagged by content moderation.","extra_data":{"moderation_category":"harmful_content","flagged_text":"..."}}"#,
            "Content moderation triggered: The message was flagged by content moderation.", nil
        ),
        (#"{"code":"stream_expired","message":"Attach again."}"#, "Attach again.", "stream_expired"),
        (#"{"detail":"Not authenticated"}"#, "Not authenticated", nil),
        (
            #"{"detail":[{"loc":["body","message"],"msg":"field required","type":"value_error.missing"}]}"#,
            "message: field required", nil
        ),
        (
            #"{"detail":[{"loc":["body","message","content"],"msg":"field required","type":"missing"},{"loc":["body","items",0],"msg":"no","type":"x"}]}"#,
            "message.content: field required; items.0: no", nil
        ),
        (
            #"{"errors":[{"loc":["query","page"],"msg":"too small","type":"x"}]}"#, "query.page: too small",
            nil
        ),
        (#"{"detail":{"error":{"message":"nested"}}}"#, "nested", nil),
        (#"{"error":"out of credits"}"#, "out of credits", nil),
        (#""just a string""#, "just a string", nil),
        ("Internal Server Error", "Internal Server Error", nil),
        ("<html>\n<head><TITLE>502 Bad\nGateway</TITLE></head><body>…</body></html>", "502 Bad Gateway", nil),
        (#"{"unheard":"of"}"#, #"{"unheard":"of"}"#, nil),
        (#"{"detail":""}"#, #"{"detail":""}"#, nil),
        ("", "", nil),
    ]

    @Test("The first text that is there wins", arguments: bodies)
    func text(body: String, text: String, code: String?) {
        let error = ErrorBody(Array(body.utf8))
        #expect(error.text == text)
        #expect(error.code == code)
    }

    @Test("The order is that of the contracts: error, messages, description, detail, errors")
    func order() {
        var fields = [
            ("error", #"{"message":"1"}"#), ("messages", #"["2"]"#), ("message", #""3""#),
            ("detail", #""4""#),
            ("errors", #"[{"msg":"5"}]"#),
        ]
        for expected in 1...5 {
            let body = "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
            #expect(ErrorBody(Array(body.utf8)).text == String(expected))
            fields.removeFirst()
        }
    }

    @Test func longAndWildTextsBecomeOneShortLine() {
        let error = ErrorBody(Array(String(repeating: "é\n\t x", count: 500).utf8))
        #expect(error.text.count == ErrorBody.limit + 1)
        #expect(error.text.hasSuffix("…"))
        #expect(!error.text.contains("\n"))
    }

    @Test func bytesThatAreNoTextDoNotCrash() {
        for seed in UInt64(0)..<200 {
            var generator = SeededRandom(seed: seed)
            #expect(ErrorBody(generator.nastyBytes(80)).text.count <= ErrorBody.limit + 1)
        }
    }
}
