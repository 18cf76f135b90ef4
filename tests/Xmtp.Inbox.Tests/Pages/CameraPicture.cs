using System.Text;
using ZXing;
using ZXing.QrCode;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>What a camera sees that somebody holds a QR code before: a film that Chromium plays in its place.</summary>
internal static class CameraPicture
{
    private const int Width = 640;
    private const int Height = 480;
    private const int CodeLength = 360;
    private const int Frames = 4;

    /// <summary>Writes a film in YUV4MPEG2: the brightness of each pixel, and no colour.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var code = new QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, CodeLength, CodeLength);
        var picture = new byte[(Width * Height) + (2 * (Width / 2) * (Height / 2))];
        picture.AsSpan(0, Width * Height).Fill(200);
        picture.AsSpan(Width * Height).Fill(128);
        for (var y = 0; y < code.Height; y++)
            for (var x = 0; x < code.Width; x++) picture[((y + ((Height - code.Height) / 2)) * Width) + x + ((Width - code.Width) / 2)] = code[x, y] ? (byte)40 : (byte)220;

        await using var file = File.Create(path);
        await file.WriteAsync(Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F10:1 Ip A1:1 C420jpeg\n"), cancellationToken);
        for (var frame = 0; frame < Frames; frame++)
        {
            await file.WriteAsync("FRAME\n"u8.ToArray(), cancellationToken);
            await file.WriteAsync(picture, cancellationToken);
        }
    }
}
