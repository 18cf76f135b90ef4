using System.Text.Json.Serialization;

namespace Xmtp.Node.Admin;

/// <summary>What the admin port reads and writes. A member that is not known is refused: a change that was meant must not be lost by a slip.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, MaxDepth = 8)]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(DrainAnswer))]
[JsonSerializable(typeof(StateAnswer))]
[JsonSerializable(typeof(CompactAnswer))]
[JsonSerializable(typeof(RetentionAnswer))]
[JsonSerializable(typeof(RetentionChange))]
[JsonSerializable(typeof(RemovedAnswer))]
[JsonSerializable(typeof(LimitsAnswer))]
[JsonSerializable(typeof(LimitsChange))]
[JsonSerializable(typeof(ListsAnswer))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(ListChange))]
[JsonSerializable(typeof(ListChanged))]
[JsonSerializable(typeof(LevelForm))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(AdminFailure))]
internal sealed partial class AdminJson : JsonSerializerContext;
