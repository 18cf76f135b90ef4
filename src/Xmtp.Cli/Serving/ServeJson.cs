using System.Text.Json.Serialization;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Serving;

/// <summary>JSON forms of what the server takes and gives. A parameter that nobody knows is refused.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NoParams))]
[JsonSerializable(typeof(ListParams))]
[JsonSerializable(typeof(ConversationParams))]
[JsonSerializable(typeof(MessagesParams))]
[JsonSerializable(typeof(FindParams))]
[JsonSerializable(typeof(SendParams))]
[JsonSerializable(typeof(DecideParams))]
[JsonSerializable(typeof(AddressesParams))]
[JsonSerializable(typeof(SubscribeParams))]
[JsonSerializable(typeof(UnsubscribeParams))]
[JsonSerializable(typeof(AccountResult))]
[JsonSerializable(typeof(ConversationsResult))]
[JsonSerializable(typeof(MessagesResult))]
[JsonSerializable(typeof(FindResult))]
[JsonSerializable(typeof(ConsentResult))]
[JsonSerializable(typeof(CanMessageResult))]
[JsonSerializable(typeof(SubscribeResult))]
[JsonSerializable(typeof(DoneResult))]
[JsonSerializable(typeof(EventForm))]
[JsonSerializable(typeof(ErrorOutput))]
internal sealed partial class ServeJson : JsonSerializerContext;
