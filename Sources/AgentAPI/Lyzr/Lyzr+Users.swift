import Wire

extension Lyzr {
    /// The body of `POST /v1/users/` and `PUT /v1/users/{user_id}`, and the answer of `GET /v1/users/{user_id}`.
    public struct User: Codable, Hashable, Sendable {
        /// Omitted from a `PUT`.
        public var userID: String?
        public var email: String?
        public var firstName: String?
        public var lastName: String?
        public var metadata: JSONValue?

        public init(
            userID: String?, email: String? = nil, firstName: String? = nil, lastName: String? = nil,
            metadata: JSONValue? = nil
        ) {
            self.userID = userID
            self.email = email
            self.firstName = firstName
            self.lastName = lastName
            self.metadata = metadata
        }

        private enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case email
            case firstName = "first_name"
            case lastName = "last_name"
            case metadata
        }
    }

    /// The answer of `POST /v1/users/`: `{"user_id": {"user_id": "…"}}`, nested as the vendor writes it.
    public struct UserCreated: Codable, Hashable, Sendable {
        public struct Name: Codable, Hashable, Sendable {
            public var userID: String
            private enum CodingKeys: String, CodingKey {
                case userID = "user_id"
            }
        }

        public var name: Name

        public init(userID: String) { name = Name(userID: userID) }

        private enum CodingKeys: String, CodingKey {
            case name = "user_id"
        }
    }
}
