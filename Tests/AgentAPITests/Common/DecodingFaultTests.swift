import AgentAPI
import Testing
import Wire

@Suite struct DecodingFaultTests {
    @Test(
        "A document that cannot be decoded is described as FastAPI does",
        arguments: [
            (#"{"user_id":"u","agent_id":"a"}"#, DecodingFault.Kind.missing, "message: field required"),
            (
                #"{"user_id":7,"agent_id":"a","message":"m"}"#, .type("string"),
                "user_id: value is not a valid string"
            ),
            (
                #"{"user_id":null,"agent_id":"a","message":"m"}"#, .null,
                "user_id: none is not an allowed value"
            ),
            (#"[]"#, .type("object"), "value is not a valid object"),
            ("{", .notJSON, "the body is not valid JSON"),
        ])
    func descriptions(json: String, kind: DecodingFault.Kind, description: String) throws {
        let error = #expect(throws: DecodingError.self) {
            try WireJSON.decode(Lyzr.InferenceRequest.self, from: json.utf8)
        }
        let fault = DecodingFault(try #require(error))
        #expect(fault.kind == kind)
        #expect(fault.description == description)
        #expect(fault.path.first == "body")
    }

    @Test func listPlacesAreNumbersInThePath() throws {
        let error = #expect(throws: DecodingError.self) {
            try WireJSON.decode([[String]].self, from: #"[["a"],["b",1]]"#.utf8)
        }
        #expect(DecodingFault(try #require(error)).path == ["body", "1", "1"])
    }

    @Test func aPlainFastAPIErrorIsOneText() throws {
        let plain = try WireJSON.encode(FastAPIError("Task not found"))
        #expect(String(decoding: plain, as: UTF8.self) == #"{"detail":"Task not found"}"#)
    }
}
