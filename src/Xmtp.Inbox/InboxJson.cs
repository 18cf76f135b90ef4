using System.Text.Json.Serialization;
using Xmtp.Inbox.Accounts;
using Xmtp.Inbox.Network;
using Xmtp.Inbox.Settings;

namespace Xmtp.Inbox;

/// <summary>All JSON that the inbox reads and writes, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SettingsRecord))]
[JsonSerializable(typeof(List<KnownAccount>))]
[JsonSerializable(typeof(NetworkPicture))]
internal sealed partial class InboxJson : JsonSerializerContext;
