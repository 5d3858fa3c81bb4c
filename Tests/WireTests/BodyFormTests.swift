import TestSupport
import Testing
import Wire

@Suite struct BodyFormTests {
    static let samples: [(body: String, form: BodyForm?)] = [
        (#" {"a":1}"#, .json), ("[]", .json), ("\u{FEFF}{}", .json), ("data: x", .events),
        ("\n: ping", .events),
        ("event: x", .events), ("error: {}", .events), ("<!DOCTYPE html>", .page), ("<HTML lang=en>", .page),
        ("Internal Server Error", .text), ("<b>bold</b>", .text), ("database", .text), ("\"a\"", .text),
        ("", nil), (" \n", nil), ("dat", nil), ("<ht", nil),
    ]

    @Test("The first bytes decide, and later ones change nothing", arguments: samples)
    func forms(body: String, form: BodyForm?) {
        #expect(BodyForm.guess(Array(body.utf8)) == form)
        let known = (0...body.utf8.count).compactMap { BodyForm.guess(Array(body.utf8.prefix($0))) }
        #expect(Set(known).count <= 1)
    }

    static let reports: [(json: String, text: String?)] = [
        (#"{"error": {"message": "queue is full", "code": 503}}"#, "queue is full"),
        (#"{"error": "no"}"#, "no"),
        (#"{"object": "error", "message": "too long", "code": 400}"#, "too long"),
        (#"{"type": "error", "message": "m"}"#, "m"), (#"{"detail": "d"}"#, "d"),
        (#"{"detail": [{"loc": ["body", "x"], "msg": "missing"}]}"#, "x: missing"),
        (#"{"success": false, "message": "m"}"#, "m"),
        (#"{"code": 429, "message": "slow down"}"#, "slow down"),
        (#"{"messages": ["bad"], "request_id": "r"}"#, "bad"),
        (#"{"error": null, "id": "x"}"#, nil), (#"{"error": false}"#, nil), (#"{"error": ""}"#, nil),
        (#"{"code": 0, "message": "ok"}"#, nil), (#"{"content": "text", "type": "text"}"#, nil), ("[]", nil),
        (#"{"message": "hello"}"#, nil), (#"{"status": "completed"}"#, nil), (#"{"success": true}"#, nil),
    ]

    @Test("An answer that reports an error in any of the usual shapes is one", arguments: reports)
    func reportedErrors(json: String, text: String?) throws {
        let value = try #require(JSONValue(text: json))
        #expect(ErrorBody(reportedIn: value)?.text == text)
    }

    @Test func aPageHasATitleOrNone() {
        let page = "<!doctype html><html><head><title>Sign in</title></head></html>"
        #expect(ErrorBody.title(ofPage: page.utf8) == "Sign in")
        #expect(ErrorBody.title(ofPage: "<html></html>".utf8) == "")
        #expect(ErrorBody.title(ofPage: "{}".utf8) == nil)
    }
}
