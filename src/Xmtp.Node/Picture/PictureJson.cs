using System.Text.Json.Serialization;

namespace Xmtp.Node.Picture;

/// <summary>The picture as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NetworkPicture))]
internal sealed partial class PictureJson : JsonSerializerContext;
