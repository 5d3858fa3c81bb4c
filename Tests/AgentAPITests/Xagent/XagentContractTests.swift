import AgentAPI
import Foundation
import TestSupport
import Testing
import Wire

/// The literal examples of the vendor's documents, byte for byte, and what the contract says beyond them.
@Suite(.timeLimit(.scaled(minutes: 5))) struct XagentContractTests {
    static let request = """
        {
          "agent_id": 123,
          "message": {
            "content": "<string>",
            "role": "user"
          },
          "metadata": {}
        }
        """

    static let accepted = """
        {
          "task_id": 123,
          "agent_id": 123,
          "status": "<string>",
          "accepted_at": "2023-11-07T05:31:56Z"
        }
        """

    static let created =
        #"{"task_id":10,"agent_id":7,"status":"running","created_at":"2026-05-10T03:00:00Z"}"#

    static let state = """
        {"task_id":10,"agent_id":7,"status":"completed","input":"Calculate 17 times 23 …","output":"391","error":null,
         "created_at":"2026-05-10T03:00:00Z","completed_at":"2026-05-10T03:00:05Z"}
        """

    static let steps = """
        {"task_id":10,"agent_id":7,"steps":[
         {"id":"message:user:1","type":"message","status":"completed","started_at":"2026-05-10T03:00:00Z","completed_at":"2026-05-10T03:00:00Z","data":{"role":"user","content":"Calculate 17 times 23 …"}},
         {"id":"thinking:plan:1","type":"thinking","status":"completed","started_at":"2026-05-10T03:00:01Z","completed_at":"2026-05-10T03:00:01Z","data":{"phase":"planning"}},
         {"id":"tool_call:py:1","type":"tool_call","status":"completed","started_at":"2026-05-10T03:00:02Z","completed_at":"2026-05-10T03:00:03Z","data":{"name":"execute_python_code","args":{"code":"print(17 * 23)"},"result":"391\\n"}},
         {"id":"agent_delegation:chart:1","type":"agent_delegation","status":"running","started_at":"2026-05-10T03:00:04Z","completed_at":null,"data":{"sub_agent_name":"ChartCraft","input":"plot a histogram","output":"ok"}},
         {"id":"message:assistant:1","type":"message","status":"completed","started_at":"2026-05-10T03:00:05Z","completed_at":"2026-05-10T03:00:05Z","data":{"role":"assistant","content":"391"}}]}
        """

    @Test func theRequestOfTheDocument() throws {
        let request = try Contract.roundTrip(Self.request, as: Xagent.TaskRequest.self)
        #expect(request.agentID == 123)
        #expect(request.message == Xagent.Message(content: "<string>"))
        #expect(request.metadata == .object([:]))
    }

    @Test func theRoleMayBeLeftOut() throws {
        let request: Xagent.TaskRequest = try Contract.decode(#"{"agent_id":1,"message":{"content":"x"}}"#)
        #expect(request.message.role == "user")
        #expect(throws: DecodingError.self) {
            try Contract.decode(#"{"agent_id":1,"message":{}}"#, as: Xagent.TaskRequest.self)
        }
    }

    @Test func theAnswersOfTheDocument() throws {
        let accepted = try Contract.roundTrip(Self.accepted, as: Xagent.Accepted.self)
        #expect(accepted.taskID == 123)
        #expect(accepted.acceptedAt?.date == Date(timeIntervalSince1970: 1_699_335_116))
        #expect(try Contract.roundTrip(Self.created, as: Xagent.Accepted.self).createdAt != nil)
        let later: Xagent.Accepted = try Contract.decode(
            #"{"task_id":"10","status":"pending","run_id":"r","state_version":3,"control_state":"running"}"#)
        #expect(later.taskID == 10)
    }

    @Test func theStateOfTheContract() throws {
        let state = try Contract.roundTrip(Self.state, as: Xagent.TaskState.self)
        #expect(state.phase == .completed)
        #expect(state.output == "391")
        #expect(state.error == nil)
    }

    @Test(
        arguments: [
            ("pending", Xagent.Phase.running), ("running", .running), ("paused", .paused),
            ("waiting_for_user", .waiting), ("completed", .completed), ("failed", .failed),
            ("queued", .running),
        ])
    func statuses(word: String, phase: Xagent.Phase) { #expect(Xagent.Phase(word) == phase) }

    @Test func aQuestionNamesItsFields() throws {
        let json = """
            {"task_id":10,"agent_id":7,"status":"waiting_for_user","input":"Book","output":null,"error":null,
             "created_at":"2026-05-10T03:00:00Z","completed_at":null,"pending_interaction":
             {"question":"Where are you flying to?","interactions":[{"type":"text_input","field":"destination","label":"Destination"}]}}
            """
        let state = try Contract.roundTrip(json, as: Xagent.TaskState.self)
        #expect(state.phase == .waiting)
        #expect(state.question?.text == "Where are you flying to?\n- Destination")
    }

    @Test func theStepsOfTheFixture() throws {
        let list = try Contract.roundTrip(Self.steps, as: Xagent.StepList.self)
        #expect(
            list.steps.map(\.type) == ["message", "thinking", "tool_call", "agent_delegation", "message"])
        #expect(list.steps[3].completedAt == nil)
        #expect(list.steps[2].data["result"] == "391\n")
    }

    @Test func aStepThatCannotBeReadIsLeftOut() throws {
        let list: Xagent.StepList = try Contract.decode(
            #"{"steps":[{"type":"message"},7,{"id":"a","type":"new_type","data":[1],"started_at":12}]}"#)
        #expect(list.steps.map(\.id) == ["a"])
        #expect(list.steps[0].status == "completed")
    }

    static let events: [(String, String, Xagent.Event)] = [
        ("task.status", #"{"status":"running"}"#, .status("running")),
        (
            "message.delta", #"{"message_id":"live:1","text":"39"}"#, .delta(messageID: "live:1", text: "39")
        ),
        (
            "message.completed", #"{"content":"391","message_id":"live:1","truncated":true}"#,
            .message(messageID: "live:1", content: "391", isCut: true)
        ),
        (
            "task.completed", #"{"error":null,"output":"391","status":"completed"}"#,
            .completed(status: "completed", output: "391", error: nil)
        ),
        ("task.input_required", #"{"prompt":null}"#, .inputRequired(prompt: nil)),
        (
            "task.input_required", #"{"prompt":"Where to?","task_id":10}"#,
            .inputRequired(prompt: "Where to?", taskID: 10)
        ),
        (
            "stream.error", #"{"code":"resync_required","message":"Queue full"}"#,
            .streamError(code: "resync_required", message: "Queue full")
        ),
        ("task.new_thing", #"{"a":1}"#, .other(name: "task.new_thing", data: ["a": 1])),
    ]

    @Test("Every event of the table", arguments: events)
    func event(name: String, data: String, event: Xagent.Event) throws {
        #expect(Xagent.Event(ServerSentEvent(name: name, data: data)) == event)
        #expect(try event.encoded() == ServerSentEvent(name: name, data: data))
    }

    @Test func theQuestionComesInTwoForms() {
        let prompt = #"{"prompt":"Where to?"}"#
        let pending =
            #"{"status":"waiting_for_user","pending_interaction":{"question":"Where to?","interactions":null}}"#
        for data in [prompt, pending] {
            let event = Xagent.Event(ServerSentEvent(name: "task.input_required", data: data))
            #expect(event == .inputRequired(prompt: "Where to?"))
        }
    }

    @Test func stepsTravelWithinEvents() throws {
        let step = try Contract.decode(Self.steps, as: Xagent.StepList.self).steps[3]
        let sent = try Xagent.Event.step(step).encoded()
        #expect(sent.name == "step.started")
        #expect(Xagent.Event(sent) == .step(step))
    }

    @Test func brokenEventsAreNone() {
        #expect(
            Xagent.Event(ServerSentEvent(name: "task.status", data: "{\"stat"))
                == .other(name: Xagent.Event.unreadable, data: "{\"stat"))
        #expect(
            Xagent.Event(ServerSentEvent(name: "task.status", data: "7"))
                == .other(name: Xagent.Event.unreadable, data: "7"))
        #expect(
            Xagent.Event(ServerSentEvent(data: #"{"error":{"code":"busy","message":"queue is full"}}"#))
                == .streamError(code: "busy", message: "queue is full"))
        #expect(
            Xagent.Event(ServerSentEvent(name: "message.delta", data: "{}"))
                == .other(name: "message.delta", data: [:]))
    }

    @Test("Every code has a status and a message, and is read back", arguments: Xagent.ErrorCode.allCases)
    func codes(code: Xagent.ErrorCode) throws {
        let body = ErrorBody(
            try WireJSON.encode(Xagent.ErrorEnvelope(code: code.rawValue, message: code.message)))
        #expect(body.code == code.rawValue)
        #expect(body.text == code.message)
        #expect((400...599).contains(code.status))
    }

    @Test func theBusyEnvelopeOfTheContract() throws {
        let busy = Xagent.ErrorCode.taskBusy
        let written = try WireJSON.encode(
            Xagent.ErrorEnvelope(code: busy.rawValue, message: busy.message))
        #expect(
            String(decoding: written, as: UTF8.self)
                == #"{"error":{"code":"task_busy","message":"Task is currently running; retry after it completes."}}"#
        )
    }
}
