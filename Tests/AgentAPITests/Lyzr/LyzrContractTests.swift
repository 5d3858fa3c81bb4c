import AgentAPI
import Foundation
import TestSupport
import Testing
import Wire

/// The literal examples of the vendor's documents, byte for byte, and what the contract says beyond them.
@Suite(.timeLimit(.scaled(minutes: 5))) struct LyzrContractTests {
    static let taskRequest = """
        {
                   "user_id": "user123",
                   "agent_id": "60d0fe4f531xxxxxx",
                   "session_id": "session123",
                   "message": "Initiate a complex task for me."
                 }
        """

    static let taskAnswer = """
        {
          "task_id": "91b97d32-0e60-4e75-8xxxxxx"
        }
        """

    static let pollAnswer = """
        {"task_id":"91b97d32-0e60-4e75-89xxxxxx","status":"completed",
         "result":{"response":"I'm here to assist you with property recommendations! …"}}
        """

    static let history = """
        [{"role":"user","content":"Hi","created_at":"2024-08-30T09:41:44.355000"},
         {"role":"assistant","content":"Hello!","created_at":"2024-08-30T09:41:46.101000"}]
        """

    @Test func theRequestOfTheDocument() throws {
        let request: Lyzr.InferenceRequest = try Contract.decode(Self.taskRequest)
        #expect(
            request
                == Lyzr.InferenceRequest(
                    userID: "user123", agentID: "60d0fe4f531xxxxxx", sessionID: "session123",
                    message: "Initiate a complex task for me."))
        let sent = try Contract.decode(try Contract.encode(request), as: JSONValue.self)
        #expect(sent == (try Contract.decode(Self.taskRequest, as: JSONValue.self)))
    }

    @Test func aRequestMayHaveNoSession() throws {
        let request: Lyzr.InferenceRequest = try Contract.decode(
            #"{"user_id":"u","agent_id":"a","session_id":null,"message":"m"}"#)
        #expect(request.sessionID == nil)
    }

    @Test func theTaskOfTheDocument() throws {
        let created: Lyzr.TaskCreated = try Contract.decode(Self.taskAnswer)
        #expect(created.taskID == "91b97d32-0e60-4e75-8xxxxxx")
        #expect(try Contract.encode(created) == #"{"task_id":"91b97d32-0e60-4e75-8xxxxxx"}"#)
    }

    @Test func thePollOfTheDocument() throws {
        let status: Lyzr.TaskStatus = try Contract.decode(Self.pollAnswer)
        #expect(status.taskID == "91b97d32-0e60-4e75-89xxxxxx")
        #expect(status.phase == .completed)
        #expect(status.response == "I'm here to assist you with property recommendations! …")
        #expect(
            try Contract.decode(try Contract.encode(status), as: JSONValue.self)
                == Contract.decode(Self.pollAnswer, as: JSONValue.self))
    }

    @Test(
        "Every shape in which a result was seen",
        arguments: [
            (#"{"task_id":"t","status":"completed","result":"text"}"#, "text"),
            (#"{"task_id":"t","status":"completed","result":{"agent_response":"text"}}"#, "text"),
            (
                #"{"task_id":"t","status":"completed","response":{"response":"text","module_outputs":{}},"error":null}"#,
                "text"
            ),
            (
                #"{"status":"completed","result":{"response":"text","session_id":"s","tool_calls":[]},"progress":1}"#,
                "text"
            ),
            (#"{"task_id":7,"status":"completed","result":{"odd":[1]}}"#, #"{"odd":[1]}"#),
        ])
    func results(json: String, text: String) throws {
        let status: Lyzr.TaskStatus = try Contract.decode(json)
        #expect(status.response == text)
        #expect(status.phase == .completed)
    }

    @Test(
        "Every status, documented or not",
        arguments: [
            ("pending", Lyzr.TaskStatus.Phase.running), ("queued", .running), ("in_progress", .running),
            ("processing", .running), ("running", .running), ("completed", .completed), ("failed", .failed),
            ("COMPLETED", .completed), ("sleeping", .running),
        ])
    func statuses(word: String, phase: Lyzr.TaskStatus.Phase) throws {
        let status: Lyzr.TaskStatus = try Contract.decode(
            #"{"task_id":"t","status":"\#(word)","result":null}"#)
        #expect(status.phase == phase)
        #expect(status.response == nil)
    }

    @Test func aFailureCarriesItsReason() throws {
        let status = Lyzr.TaskStatus(taskID: "t", status: "failed", error: "out of memory")
        #expect(
            try Contract.encode(status)
                == #"{"error":"out of memory","result":null,"status":"failed","task_id":"t"}"#)
        #expect(try Contract.decode(try Contract.encode(status)) == status)
        let nested: Lyzr.TaskStatus = try Contract.decode(#"{"status":"failed","error":{"message":"deep"}}"#)
        #expect(nested.error == "deep")
    }

    @Test func theHistoryOfTheDocument() throws {
        let history: Lyzr.History = try Contract.decode(Self.history)
        #expect(history.messages.map(\.role) == ["user", "assistant"])
        #expect(history.messages.map(\.content) == ["Hi", "Hello!"])
        #expect(history.messages[0].createdAt?.text == "2024-08-30T09:41:44.355000")
        #expect(
            try Contract.decode(try Contract.encode(history), as: JSONValue.self)
                == Contract.decode(Self.history, as: JSONValue.self))
        #expect(try Contract.decode(#"{"history":\#(Self.history)}"#) == history)
    }

    @Test func aHistoryWithFieldsOfOtherTypesIsStillRead() throws {
        let odd =
            #"[{"role":"user","content":[{"type":"text"}],"created_at":"soon"},7,{"content":null,"extra":{}}]"#
        let history: Lyzr.History = try Contract.decode(odd)
        #expect(history.messages.map(\.role) == ["user", "assistant"])
        #expect(history.messages.map(\.createdAt) == [nil, nil])
        #expect(history.messages[0].content == #"[{"type":"text"}]"#)
    }

    @Test func unixTimesAreNumbers() throws {
        let message = Lyzr.HistoryMessage(
            role: "user", content: "Hi", createdAt: Timestamp(Date(timeIntervalSince1970: 3.5), .unix))
        #expect(
            try Contract.encode(Lyzr.History([message]))
                == #"[{"content":"Hi","created_at":3.5,"role":"user"}]"#)
        #expect(try Contract.decode(try Contract.encode(Lyzr.History([message]))) == Lyzr.History([message]))
    }

    @Test func sessionsAndUsersAsDocumented() throws {
        let entries = #"[{"created_at":"2024-08-21T12:38:10.504000","session_id":"abc"}]"#
        let list: Lyzr.SessionList = try Contract.decode(entries)
        #expect(list.sessions.map(\.sessionID) == ["abc"])
        #expect(try Contract.encode(list) == entries)
        let session =
            #"{"_id":"66dac3","active":false,"created_at":"2024-09-06T08:54:01.978000","session_id":"IITZ","user_id":"123"}"#
        #expect(try Contract.encode(try Contract.decode(session, as: Lyzr.Session.self)) == session)
        let created = #"{"user_id":{"user_id":"66e2"}}"#
        #expect(try Contract.encode(Lyzr.UserCreated(userID: "66e2")) == created)
        #expect(try Contract.decode(created, as: Lyzr.UserCreated.self).name.userID == "66e2")
    }

    @Test(arguments: [
        #"{"response":"hi"}"#, #"{"status":"success","agent_response":"hi","session_id":"s","agent_id":"a"}"#,
    ])
    func chatRepliesInBothSpellings(json: String) throws {
        #expect(try Contract.decode(json, as: Lyzr.ChatReply.self).response == "hi")
    }
}
