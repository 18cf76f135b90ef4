using System.Text.Json.Serialization;

namespace Xmtp.Cli.Admin;

/// <summary>JSON forms of the results that are the command's own.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BackupOutput))]
[JsonSerializable(typeof(TransferOutput))]
internal sealed partial class AdminOutputJson : JsonSerializerContext;
