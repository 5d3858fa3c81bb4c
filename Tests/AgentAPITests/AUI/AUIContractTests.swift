import AgentAPI
import Foundation
import TestSupport
import Testing
import Wire

/// The literal examples of the vendor's documents, byte for byte, and what the contract says beyond them.
@Suite(.timeLimit(.scaled(minutes: 5))) struct AUIContractTests {
    static let created = """
          {
            "id": "68e78d0dc5a4b19a030d03d6",
            "user_id": "user_123",
            "title": "New Conversation",
            "welcome_message": "Hi! I'm here to help you find the perfect product. What are you looking for today?",
            "followup_suggestions": [
              "Show me your best sellers",
              "I need help choosing a product",
              "What's on sale right now?"
            ]
          }
        """

    static let page = """
          {
            "tasks": [
              {
                "id": "68e78d0dc5a4b19a030d03d6",
                "user_id": "user_123",
                "title": "Product Search",
                "welcome_message": "Hi! How can I help you today?",
                "followup_suggestions": []
              }
            ],
            "total": 24,
            "page": 1,
            "size": 10
          }
        """

    static let messages = """
          [
            {
              "id": "507f1f77bcf86cd799439011",
              "created_at": "2026-03-09T14:20:00.000Z",
              "text": "I am looking for a built-in microwave with at least 20 liters capacity",
              "sender": {
                "id": "user_123",
                "type": "user",
                "email": "customer@example.com"
              },
              "receiver": {
                "id": "agent_abc123",
                "type": "agent",
                "email": "agent@aui.io"
              },
              "options": [],
              "variants_options": [],
              "followup_suggestions": []
            },
            {
              "id": "507f1f77bcf86cd799439012",
              "created_at": "2026-03-09T14:22:01.000Z",
              "text": "I found several built-in microwaves with 20+ liters capacity. Here are the top options for you:",
              "sender": {
                "id": "agent_abc123",
                "type": "agent",
                "email": "agent@aui.io"
              },
              "receiver": {
                "id": "user_123",
                "type": "user",
                "email": "customer@example.com"
              },
              "options": [],
              "variants_options": [],
              "followup_suggestions": [
                "What is the price range?",
                "Do any of these come in stainless steel?",
                "Which one has the best energy rating?"
              ]
            }
          ]
        """

    static let products = """
        {"id":"8af51ed1-0181-4bc8-bbc9-29949b8e26da","created_at":"2025-10-09 12:26:07.576000",
         "text":"The BLACK+DECKER EM044KB19 …",
         "sender":{"id":"intelligent-agent","type":"agent","email":null},
         "receiver":{"id":"user123","type":"user","email":null},
         "options":[{"is_recommended":false,"widget_parameters":[
             {"title":"Product name","value":"BLACK+DECKER EM044KB19 …","type":"string"},
             {"title":"Price","value":358.08,"type":"numeric"},
             {"title":"Features","value":["Auto-cook","1000 W"],"type":"list_of_objects"}]}],
         "variants_options":[],
         "followup_suggestions":["What is the price range?","…"]}
        """

    @Test func theRequestsOfTheDocument() throws {
        #expect(
            try Contract.roundTrip(#"{"user_id": "user_123"}"#, as: AUI.TaskRequest.self).userID == "user_123"
        )
        let message = """
            {"task_id":"68e78d0dc5a4b19a030d03d6","text":"I am looking for a built-in microwave …",
             "context":{"url":"https://example.com/products","lead_details":{"customer_type":"residential","budget_range":"300-500"}}}
            """
        #expect(
            try Contract.roundTrip(message, as: AUI.MessageRequest.self).taskID == "68e78d0dc5a4b19a030d03d6")
        let later = #"{"user_id":"u","task_origin_type":"web-widget","agent":{"agent_id":"a"}}"#
        #expect(try Contract.decode(later, as: AUI.TaskRequest.self).userID == "u")
    }

    @Test func theTaskOfTheDocument() throws {
        let task = try Contract.roundTrip(Self.created, as: AUI.Task.self)
        #expect(task.title == "New Conversation")
        #expect(task.suggestions?.count == 3)
        let bare = #"{"id":"1","user_id":"u","title":"t","welcome_message":null,"followup_suggestions":null}"#
        #expect(try Contract.decode(bare, as: AUI.Task.self).welcomeMessage == nil)
    }

    @Test func thePageOfTheDocument() throws {
        let page = try Contract.roundTrip(Self.page, as: AUI.TaskPage.self)
        #expect(page.tasks.map(\.title) == ["Product Search"])
        #expect(page.total == 24)
        #expect(page.page == 1)
        #expect(page.size == 10)
    }

    @Test func theMessagesOfTheDocument() throws {
        let list = try Contract.roundTrip(Self.messages, as: AUI.MessageList.self)
        #expect(list.messages.map(\.sender.type) == ["user", "agent"])
        #expect(list.messages[0].sender.email == "customer@example.com")
        #expect(list.messages[1].suggestions.count == 3)
        #expect(list.messages[1].createdAt?.date == Date(timeIntervalSince1970: 1_773_066_121))
    }

    @Test func theProductsOfTheContract() throws {
        let message = try Contract.roundTrip(Self.products, as: AUI.Message.self)
        #expect(message.createdAt?.date == Date(timeIntervalSince1970: 1_760_012_767.576))
        #expect(
            message.options[0].parameters.map(\.value.readable) == [
                "BLACK+DECKER EM044KB19 …", "358.08", "Auto-cook, 1000 W",
            ])
    }

    @Test func theLaterCardsAreRead() throws {
        let json = """
            {"id":"m","text":"Look","cards":[{"id":"c","name":"Oven","category":"x","is_recommended":true,
             "parameters":[{"title":"Price","value":{"amount":3},"type":"object","param":"p"}]}],
             "executed_workflows":["w"],"followup_suggestions":["More", 7]}
            """
        let message: AUI.Message = try Contract.decode(json)
        #expect(message.cards.map(\.name) == ["Oven"])
        #expect(message.cards[0].isRecommended)
        #expect(message.cards[0].parameters[0].value.readable == #"{"amount":3}"#)
        #expect(message.suggestions == ["More"])
        #expect(message.sender.type == "agent")
    }

    static let update = """
        {"channel":{"type":"WEBSOCKET","channel_name":"<uuid>","event_name":"thread-message-text-content-updated"},
         "scope":{"type":"LLM_ACTIVATION_EXECUTION","data":{"status":"PENDING"},"context":{"message_id":"…","task_id":"…","interaction_id":"…","pillar":"…"}},
         "data":{"text":"I found several built-in microwaves"},"timestamp":"2025-10-19T13:48:13Z"}
        """

    @Test func framesAreToldApart() throws {
        #expect(AUI.SocketFrame(Self.update) == .update("I found several built-in microwaves"))
        let newer = #"{"event":"thread-message-text-content-updated","data":{"text":"x"}}"#
        #expect(AUI.SocketFrame(newer) == .update("x"))
        #expect(AUI.SocketFrame(Self.products) == .message(try Contract.decode(Self.products)))
        let failure =
            #"{"status_code":422,"description":"Unprocessable Entity","message":"no","extra_data":{}}"#
        #expect(
            AUI.SocketFrame(failure)
                == .failure(
                    AUI.ApplicationError(statusCode: 422, description: "Unprocessable Entity", message: "no"))
        )
        #expect(AUI.SocketFrame(#"{"event":"other"}"#) == .other(["event": "other"]))
        #expect(AUI.SocketFrame("<html>") == .unreadable("<html>"))
        #expect(AUI.SocketFrame(#"{"error":"queue is full"}"#) == .reported("queue is full"))
    }

    @Test func anUpdateIsWrittenAsItIsRead() throws {
        let frame = try AUI.SocketFrame.encodedUpdate(
            "so far", channel: "c", messageID: "m", taskID: "t", isLast: false,
            at: Timestamp(Date(timeIntervalSince1970: 0)))
        #expect(AUI.SocketFrame(frame) == .update("so far"))
        let value: JSONValue = try Contract.decode(frame)
        #expect(value["channel"]?["event_name"] == "thread-message-text-content-updated")
        #expect(value["scope"]?["data"]?["status"] == "PENDING")
    }

    @Test func applicationErrorsOfTheDocument() throws {
        let json = """
            {"status_code":400,"description":"Content moderation triggered","message":"The message was flagged by content moderation.","extra_data":{"moderation_category":"harmful_content","flagged_text":"..."}}
            """
        #expect(try Contract.roundTrip(json, as: AUI.ApplicationError.self).statusCode == 400)
    }
}
