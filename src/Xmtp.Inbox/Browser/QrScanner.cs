using System.Buffers.Binary;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using ZXing;
using ZXing.Common;
using ZXing.QrCode;

namespace Xmtp.Inbox.Browser;

/// <summary>Reads QR codes from the camera and from pictures.</summary>
public sealed class QrScanner(IJSRuntime scripts)
{
    private readonly ScriptModule _scanner = new(scripts, "scanner.js");

    /// <returns>The text in the code; null when there is none in the picture.</returns>
    /// <exception cref="JSException">The bytes are no picture that the browser can read.</exception>
    public async Task<string?> ReadFileAsync(byte[] picture) => Read(await _scanner.CallAsync<byte[]>("fromFile", picture));

    /// <exception cref="JSException">There is no camera, or the user did not let the page have it.</exception>
    public Task StartCameraAsync(ElementReference video) => _scanner.CallAsync("startCamera", video);

    public Task StopCameraAsync() => _scanner.CallAsync("stopCamera");

    /// <returns>The text in the code; null when the camera sees none.</returns>
    public async Task<string?> ReadCameraAsync(ElementReference video) => Read(await _scanner.CallAsync<byte[]?>("fromCamera", video));

    private static string? Read(byte[]? pixels)
    {
        if (pixels is null) return null;
        var width = BinaryPrimitives.ReadInt32LittleEndian(pixels);
        var brightness = pixels[sizeof(int)..];
        if (brightness.Length == 0) return null;
        var source = new PlanarYUVLuminanceSource(brightness, width, brightness.Length / width, 0, 0, width, brightness.Length / width, false);
        return new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(source)), new Dictionary<DecodeHintType, object> { [DecodeHintType.TRY_HARDER] = true })?.Text;
    }
}
