import Wire

extension AUI {
    /// The body of `POST /api/v1/external/message`, and the frame that a client sends over a WebSocket.
    public struct MessageRequest: Codable, Hashable, Sendable {
        public var taskID: String
        public var text: String
        /// `{"url": …, "lead_details": {…}}`; omitted if nil.
        public var context: JSONValue?

        public init(taskID: String, text: String, context: JSONValue? = nil) {
            self.taskID = taskID
            self.text = text
            self.context = context
        }

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case text, context
        }
    }

    /// A message of a conversation (`ExternalTaskMessage`).
    ///
    /// Encodes `options` and `variants_options`, as in the documents; decodes `cards`, which replaced them, too.
    public struct Message: Codable, Hashable, Sendable {
        public var id: String
        public var createdAt: Timestamp?
        public var text: String
        public var sender: Party
        public var receiver: Party
        /// Products.
        public var options: [Product]
        /// Variants of one product.
        public var variants: [Product]
        /// Products in the later form. Not encoded.
        public var cards: [Card]
        public var suggestions: [String]

        public init(
            id: String, createdAt: Timestamp, text: String, sender: Party, receiver: Party,
            options: [Product] = [],
            variants: [Product] = [], suggestions: [String] = []
        ) {
            self.id = id
            self.createdAt = createdAt
            self.text = text
            self.sender = sender
            self.receiver = receiver
            self.options = options
            self.variants = variants
            cards = []
            self.suggestions = suggestions
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.requiredText(.id)
            createdAt = container.lenient(.createdAt)
            text = container.text(.text) ?? ""
            sender = container.lenient(.sender) ?? Party(id: "", type: "agent")
            receiver = container.lenient(.receiver) ?? Party(id: "", type: "user")
            options = container.list(.options)
            variants = container.list(.variants)
            cards = container.list(.cards)
            suggestions = container.list(.suggestions)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(createdAt, forKey: .createdAt)
            try container.encode(text, forKey: .text)
            try container.encode(sender, forKey: .sender)
            try container.encode(receiver, forKey: .receiver)
            try container.encode(options, forKey: .options)
            try container.encode(variants, forKey: .variants)
            try container.encode(suggestions, forKey: .suggestions)
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case createdAt = "created_at"
            case text, sender, receiver, options
            case variants = "variants_options"
            case cards
            case suggestions = "followup_suggestions"
        }
    }

    /// A sender or receiver.
    public struct Party: Codable, Hashable, Sendable {
        public var id: String
        /// `user`, `agent` or `3p`.
        public var type: String
        public var email: String?

        public init(id: String, type: String, email: String? = nil) {
            self.id = id
            self.type = type
            self.email = email
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = container.text(.id) ?? ""
            type = container.text(.type) ?? "agent"
            email = container.text(.email)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(type, forKey: .type)
            try container.encode(email, forKey: .email)
        }

        private enum CodingKeys: String, CodingKey {
            case id, type, email
        }
    }

    /// One element of `options` and `variants_options`.
    public struct Product: Codable, Hashable, Sendable {
        public var isRecommended: Bool
        public var parameters: [Parameter]

        public init(isRecommended: Bool = false, parameters: [Parameter]) {
            self.isRecommended = isRecommended
            self.parameters = parameters
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            isRecommended = container.flag(.isRecommended)
            parameters = container.list(.parameters)
        }

        private enum CodingKeys: String, CodingKey {
            case isRecommended = "is_recommended"
            case parameters = "widget_parameters"
        }
    }

    /// A property of a product.
    public struct Parameter: Codable, Hashable, Sendable {
        public var title: String
        /// A string, a number, a list of strings, or null; later anything.
        public var value: JSONValue
        /// `boolean`, `numeric`, `string`, `datetime`, `date`, `time`, `object`, `list_of_objects`.
        public var type: String

        public init(title: String, value: JSONValue, type: String) {
            self.title = title
            self.value = value
            self.type = type
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            title = container.text(.title) ?? ""
            value = container.lenient(.value) ?? .null
            type = container.text(.type) ?? "string"
        }

        private enum CodingKeys: String, CodingKey {
            case title, value, type
        }
    }

    /// One element of `cards`.
    public struct Card: Codable, Hashable, Sendable {
        public var name: String
        public var isRecommended: Bool
        public var parameters: [Parameter]

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = container.text(.name) ?? ""
            isRecommended = container.flag(.isRecommended)
            parameters = container.list(.parameters)
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case isRecommended = "is_recommended"
            case parameters
        }
    }

    /// `GET /api/v1/external/tasks/{task_id}/messages`: a bare array, oldest first. Elements that cannot be decoded are left out.
    public struct MessageList: Codable, Hashable, Sendable {
        public var messages: [Message]

        public init(_ messages: [Message]) { self.messages = messages }

        public init(from decoder: any Decoder) throws {
            messages = try LenientList<Message>(from: decoder).elements
        }

        public func encode(to encoder: any Encoder) throws { try messages.encode(to: encoder) }
    }
}
